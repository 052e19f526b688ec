{%- set fewest_deliveries = 10 -%}
{%- set share_delivered = 0.8 -%}

with deliveries as (

    select * from {{ ref('int_renewals__deliveries') }}
    where days is not null

),

ends as (

    select
        product,
        days,
        count(*) as deals,
        count(case when is_delivered then 1 end) as delivered
    from deliveries
    group by product, days

),

at_risk as (

    select
        *,
        sum(deals) over (
            partition by product
            order by days desc
            rows between unbounded preceding and current row
        ) as deals_at_risk,
        sum(delivered) over (partition by product) as all_delivered
    from ends

),

-- Kaplan and Meier's product, as a sum of logarithms: who still waits counts for as long as it has waited.
waiting as (

    select
        *,
        case
            when max(case when delivered = deals_at_risk then 1 else 0 end) over curve = 1 then 0.0
            else exp(sum(
                case when delivered < deals_at_risk then ln(1 - cast(delivered as double) / deals_at_risk) else 0 end
            ) over curve)
        end as share_waiting
    from at_risk
    window curve as (
        partition by product
        order by days
        rows between unbounded preceding and current row
    )

),

-- A share that is reached exactly may lie a hair beside it.
typical_deliveries as (

    select
        product,
        min(days) as typical_days
    from waiting
    where all_delivered >= {{ fewest_deliveries }} and share_waiting <= {{ 1 - share_delivered }} + 1e-9
    group by product

)

select * from typical_deliveries
