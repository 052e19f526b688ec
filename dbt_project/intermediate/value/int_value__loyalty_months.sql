with loyalty_sums as (

    select * from {{ ref('int_value__loyalty_sums') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

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

segments as (

    select
        segment_name,
        segment_value,
        min(period_month) as first_month
    from loyalty_sums
    group by segment_name, segment_value

),

loyalty_months as (

    select
        months.period_month,
        months.is_complete,
        segments.segment_name,
        segments.segment_value,
        coalesce(loyalty_sums.new_buyers, 0) as new_buyers,
        coalesce(loyalty_sums.returning_buyers, 0) as returning_buyers,
        coalesce(loyalty_sums.second_purchases, 0) as second_purchases,
        coalesce(loyalty_sums.revenue_reporting, 0) as revenue_reporting,
        coalesce(loyalty_sums.returning_revenue_reporting, 0) as returning_revenue_reporting,
        loyalty_sums.median_days_between_purchases
    from segments
    inner join months
        on segments.first_month <= months.period_month
    left join loyalty_sums
        on months.period_month = loyalty_sums.period_month
        and segments.segment_name = loyalty_sums.segment_name
        and segments.segment_value = loyalty_sums.segment_value

)

select * from loyalty_months
