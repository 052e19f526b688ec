-- Fails if the deals of fct_deliveries aren't, month by month, the won deals of the sources that record deliveries, or aren't either
-- delivered or waiting.
with deals as (

    select
        *,
        {{ reporting_month('closed_at') }} as period_month
    from {{ ref('fct_deals') }}
    where
        is_won
        and source_system in (select source_system from {{ ref('fct_deals') }} where is_won and delivered_at is not null)

),

both_sides as (

    select period_month, won, delivered, waiting, 0 as deals, 0 as deals_delivered
    from {{ ref('fct_deliveries') }}
    union all
    select
        period_month, 0 as won, 0 as delivered, 0 as waiting, 1 as deals,
        case when delivered_at is not null then 1 else 0 end as deals_delivered
    from deals

),

broken as (

    select
        period_month,
        sum(won) as won,
        sum(deals) as deals
    from both_sides
    group by period_month
    having sum(won) != sum(deals) or sum(delivered) != sum(deals_delivered) or sum(won) != sum(delivered) + sum(waiting)

)

select * from broken
