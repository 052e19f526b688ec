with deals_in_periods as (

    select * from {{ ref('int_pipeline__deals_in_periods') }}

),

at_work as (

    select * from {{ ref('int_pipeline__deals_at_work') }}

),

outcomes as (

    select
        *,
        is_closed and is_won as is_won_here
    from deals_in_periods

),

counted as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_value,
        count(*) as deals,
        count(case when is_won_here then 1 end) as won,
        count(case when is_closed and not is_won then 1 end) as lost,
        sum(case when is_won_here then amount_reporting end) as won_reporting,
        sum(case when is_closed and not is_won then amount_reporting end) as lost_reporting,
        {{ median('case when is_won_here then days_to_close end') }} as median_cycle_days,
        -- Decimals add up to the same sum in any order, so that a second run doesn't differ in the last bit.
        avg(case when is_won_here then cast(days_to_close as decimal(24, 12)) end) as mean_cycle_days,
        {{ median('case when is_won_here then days_first_touch_to_won end') }} as median_first_touch_to_won_days,
        count(case when is_won_here and is_new_customer then 1 end) as new_customers
    from outcomes
    group by period_grain, period_start, dimension, dimension_value

),

summed as (

    select
        counted.*,
        case when counted.period_grain = 'all' then counted.deals else at_work.deals_at_work end as deals_at_work
    from counted
    left join at_work
        on counted.period_grain = at_work.period_grain
        and counted.period_start = at_work.period_start
        and counted.dimension = at_work.dimension
        and counted.dimension_value = at_work.dimension_value

),

with_ratios as (

    select
        *,
        case when won = 0 then 0 else won_reporting end as revenue_reporting,
        cast(won as double) / nullif(won + lost, 0) as win_rate,
        cast(won_reporting as double) / nullif(won, 0) as average_deal_value
    from summed

),

sales_performance as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_value,
        deals,
        won,
        lost,
        win_rate,
        cast(coalesce(won_reporting, 0) as double)
        / nullif(cast(coalesce(won_reporting, 0) + coalesce(lost_reporting, 0) as double), 0) as win_rate_by_value,
        cast(revenue_reporting as decimal(24, 6)) as revenue_reporting,
        cast(average_deal_value as decimal(24, 6)) as average_deal_value,
        cast(median_cycle_days as double) as median_cycle_days,
        cast(mean_cycle_days as double) as mean_cycle_days,
        cast(median_first_touch_to_won_days as double) as median_first_touch_to_won_days,
        new_customers,
        cast(cast(revenue_reporting as double) / nullif(new_customers, 0) as decimal(24, 6)) as revenue_per_new_customer,
        cast(deals_at_work * win_rate * average_deal_value / nullif(cast(mean_cycle_days as double), 0) as decimal(24, 6))
            as sales_velocity_per_day
    from with_ratios
    order by period_grain, period_start nulls first, dimension, dimension_value

)

select * from sales_performance
