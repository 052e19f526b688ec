with activity as (

    select * from {{ ref('int_cohorts__activity') }}

),

activity_by_segment as (

    select
        *,
        'all' as segment_name,
        'all' as segment_value
    from activity
    union all
    select
        *,
        'segment' as segment_name,
        segment as segment_value
    from activity

),

period_activity as (

    select
        cohort_type,
        cohort_month,
        period_month,
        segment_name,
        segment_value,
        count(*) as active_customers,
        sum(revenue_reporting) as revenue_reporting,
        sum(kept_revenue_reporting) as kept_revenue_reporting
    from activity_by_segment
    group by cohort_type, cohort_month, period_month, segment_name, segment_value

)

select * from period_activity
