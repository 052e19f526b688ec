-- Fails if the values of a dimension or the periods of a grain in fct_sales_performance don't add up to the deals, wins,
-- losses and bookings (to the cent) of fct_deals.
with deals as (

    select * from {{ ref('fct_deals') }}

),

sales_performance as (

    select * from {{ ref('fct_sales_performance') }}

),

grains as (

    select distinct
        period_grain,
        dimension
    from sales_performance
    union
    select
        'all' as period_grain,
        'all' as dimension

),

expected as (

    select
        grains.period_grain,
        grains.dimension,
        count(*) as deals,
        sum(case when deals.is_closed and deals.is_won then 1 else 0 end) as won,
        sum(case when deals.is_closed and not deals.is_won then 1 else 0 end) as lost,
        sum(case when deals.is_closed and deals.is_won then coalesce(deals.amount_reporting, 0) else 0 end) as revenue_reporting
    from grains
    inner join deals
        on grains.period_grain = 'all' or (deals.is_closed and deals.closed_at is not null)
    group by grains.period_grain, grains.dimension

),

found as (

    select
        period_grain,
        dimension,
        sum(deals) as deals,
        sum(won) as won,
        sum(lost) as lost,
        sum(coalesce(revenue_reporting, 0)) as revenue_reporting
    from sales_performance
    group by period_grain, dimension

),

failures as (

    select
        expected.*,
        found.deals as found_deals,
        found.won as found_won,
        found.lost as found_lost,
        found.revenue_reporting as found_revenue_reporting
    from expected
    left join found
        on expected.period_grain = found.period_grain
        and expected.dimension = found.dimension
    where
        found.deals is null
        or expected.deals <> found.deals
        or expected.won <> found.won
        or expected.lost <> found.lost
        or abs(expected.revenue_reporting - found.revenue_reporting) > 0.01

)

select * from failures
