with deal_dimensions as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'created_on') }} as date) as period_month
    from {{ ref('int_pipeline__deal_dimensions') }}
    where created_on is not null

),

summed as (

    select
        period_month,
        dimension,
        dimension_value,
        count(*) as deals,
        count(case when not is_closed then 1 end) as open_deals,
        count(case when is_won then 1 end) as won,
        count(case when is_closed and not is_won then 1 end) as lost,
        sum(case when is_won then amount_reporting end) as won_reporting,
        sum(case when is_closed and not is_won then amount_reporting end) as lost_reporting,
        {{ median('case when is_won then days_to_close end') }} as median_cycle_days,
        -- Decimals add up to the same sum in any order, so that a second run doesn't differ in the last bit.
        avg(case when is_won then cast(days_to_close as decimal(24, 12)) end) as mean_cycle_days,
        count(case when is_won and is_new_customer then 1 end) as new_customers
    from deal_dimensions
    group by period_month, dimension, dimension_value

),

sales_performance_by_cohort as (

    select
        period_month,
        dimension,
        dimension_value,
        deals,
        open_deals,
        won,
        lost,
        cast(won as double) / nullif(won + lost, 0) as win_rate,
        cast(coalesce(won_reporting, 0) as double)
        / nullif(cast(coalesce(won_reporting, 0) + coalesce(lost_reporting, 0) as double), 0) as win_rate_by_value,
        cast(case when won = 0 then 0 else won_reporting end as decimal(24, 6)) as revenue_reporting,
        cast(cast(won_reporting as double) / nullif(won, 0) as decimal(24, 6)) as average_deal_value,
        cast(median_cycle_days as double) as median_cycle_days,
        cast(mean_cycle_days as double) as mean_cycle_days,
        new_customers
    from summed
    order by period_month, dimension, dimension_value

)

select * from sales_performance_by_cohort
