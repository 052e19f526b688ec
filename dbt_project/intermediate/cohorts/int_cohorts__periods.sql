with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

members as (

    select * from {{ ref('int_cohorts__members') }}

),

months as (

    select distinct
        dates.month_start as period_month,
        cast({{ dbt.dateadd('month', 1, 'dates.month_start') }} as date) <= {{ reporting_day('as_of.as_of', is_moment=true) }} as is_complete
    from dates
    cross join as_of
    -- A month that begins at as_of has no moment before it.
    where dates.month_start <= {{ reporting_day("as_of.as_of - interval '1 microsecond'") }}

),

members_by_segment as (

    select
        cohort_type,
        cohort_month,
        'all' as segment_name,
        'all' as segment_value
    from members
    union all
    select
        cohort_type,
        cohort_month,
        'segment' as segment_name,
        segment as segment_value
    from members

),

cohorts as (

    select
        cohort_type,
        cohort_month,
        segment_name,
        segment_value,
        count(*) as cohort_size
    from members_by_segment
    group by cohort_type, cohort_month, segment_name, segment_value

),

periods as (

    select
        cohorts.cohort_type,
        cohorts.cohort_month,
        months.period_month,
        cast({{ dbt.datediff('cohorts.cohort_month', 'months.period_month', 'month') }} as integer) as period_no,
        cohorts.segment_name,
        cohorts.segment_value,
        cohorts.cohort_size,
        months.is_complete
    from cohorts
    inner join months
        on cohorts.cohort_month <= months.period_month

)

select * from periods
