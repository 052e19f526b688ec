-- Fails if customers' orders and revenue don't sum to all orders of customers, refunds and all; or if a holdout's details don't sum to
-- its total.
with orders as (

    select
        count(case when is_purchase then 1 end) as orders,
        coalesce(sum(amount_reporting), 0) as revenue_reporting
    from {{ ref('canonical_orders') }}
    where customer_key is not null

),

valued as (

    select
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(revenue_reporting), 0) as revenue_reporting
    from {{ ref('fct_customer_value') }}

),

held_out as (

    select
        model,
        sum(case when repeat_purchases = 'all' then customers else -customers end) as customers_off,
        sum(case when repeat_purchases = 'all' then actual_orders else -actual_orders end) as orders_off
    from {{ ref('fct_value_holdout') }}
    group by model

)

select 'orders' as what
from orders
cross join valued
where
    orders.orders != valued.orders
    or abs(orders.revenue_reporting - valued.revenue_reporting) > 0.000001 * (1 + orders.orders)
union all
select model as what
from held_out
where customers_off != 0 or orders_off != 0
