-- Fails if fct_deal_losses doesn't hold every deal that fct_deals and fct_sales_performance call lost, in number and in amount.
with losses as (

    select
        coalesce(sum(deals), 0) as deals,
        coalesce(sum(amount_reporting), 0) as amount_reporting
    from {{ ref('fct_deal_losses') }}

),

lost_deals as (

    select
        count(*) as deals,
        coalesce(sum(amount_reporting), 0) as amount_reporting
    from {{ ref('fct_deals') }}
    where is_closed and not is_won

),

performance as (

    select coalesce(sum(lost), 0) as deals
    from {{ ref('fct_sales_performance') }}
    where period_grain = 'all' and dimension = 'all'

)

select
    losses.deals,
    losses.amount_reporting,
    lost_deals.deals as lost_deals,
    lost_deals.amount_reporting as lost_amount_reporting,
    performance.deals as performance_lost
from losses
cross join lost_deals
cross join performance
where losses.deals != lost_deals.deals or losses.deals != performance.deals or losses.amount_reporting != lost_deals.amount_reporting
