with periods as (

    select * from {{ ref('int_cohorts__periods') }}

),

period_activity as (

    select * from {{ ref('int_cohorts__period_activity') }}

),

measured as (

    select
        periods.*,
        coalesce(period_activity.active_customers, 0) as active_customers,
        coalesce(period_activity.revenue_reporting, 0) as revenue_reporting,
        coalesce(period_activity.kept_revenue_reporting, 0) as kept_revenue_reporting
    from periods
    left join period_activity
        on periods.cohort_type = period_activity.cohort_type
        and periods.cohort_month = period_activity.cohort_month
        and periods.period_month = period_activity.period_month
        and periods.segment_name = period_activity.segment_name
        and periods.segment_value = period_activity.segment_value

),

accumulated as (

    select
        *,
        sum(revenue_reporting) over (
            partition by cohort_type, cohort_month, segment_name, segment_value
            order by period_no asc nulls last
            rows between unbounded preceding and current row
        ) as cumulative_revenue,
        sum(revenue_reporting) over (partition by cohort_type, cohort_month, segment_name, segment_value) as revenue_so_far,
        -- Where more was given back than paid, later periods can't be held against it.
        max(case when period_no = 0 and revenue_reporting > 0 then revenue_reporting end) over (
            partition by cohort_type, cohort_month, segment_name, segment_value
        ) as first_revenue
    from measured

),

per_customer as (

    select
        *,
        cast(cumulative_revenue / cohort_size as decimal(24, 6)) as cumulative_revenue_per_customer,
        cast(cumulative_revenue / cohort_size * {{ var('gross_margin') }} as decimal(24, 6)) as cumulative_margin_per_customer,
        cast(
            (cast(revenue_so_far as double) * {{ var('gross_margin') }} + cast(expected_margin_reporting as double)) / cohort_size
            as decimal(24, 6)
        ) as predicted_ltv
    from accumulated

),

cohort_retention as (

    select
        cohort_type,
        cohort_month,
        period_no,
        segment_name,
        segment_value,
        cast(cohort_size as bigint) as cohort_size,
        cast(active_customers as bigint) as active_customers,
        cast(active_customers as double) / cohort_size as retention_rate,
        cast(revenue_reporting as decimal(24, 6)) as revenue_reporting,
        cumulative_revenue_per_customer,
        cumulative_margin_per_customer,
        cast(revenue_reporting as double) / cast(first_revenue as double) as net_revenue_retention,
        cast(kept_revenue_reporting as double) / cast(first_revenue as double) as gross_revenue_retention,
        acquisition_cost_per_customer,
        predicted_ltv,
        cast(predicted_ltv as double) / nullif(cast(acquisition_cost_per_customer as double), 0) as ltv_to_cac,
        min(case when cumulative_margin_per_customer >= acquisition_cost_per_customer then period_no end) over (
            partition by cohort_type, cohort_month, segment_name, segment_value
        ) as payback_period_no,
        is_complete
    from per_customer
    order by cohort_type, cohort_month, period_no, segment_name, segment_value

)

select * from cohort_retention
