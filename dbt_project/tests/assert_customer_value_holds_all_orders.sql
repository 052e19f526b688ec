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

-- A mean counts as often as there are customers of whom it is one.
weighted as (

    select
        measure,
        case group_name when 'all' then 1 else -1 end as sign,
        customers,
        actual * case measure when 'purchase_value' then customers else 1 end as actual
    from {{ ref('fct_value_holdout') }}

),

held_out as (

    select
        measure,
        sum(sign * customers) as customers_off,
        sum(sign * actual) as actual_off,
        sum(abs(actual)) as actual
    from weighted
    group by measure

)

select 'orders' as what
from orders
cross join valued
where
    orders.orders != valued.orders
    or abs(orders.revenue_reporting - valued.revenue_reporting) > 0.000001 * (1 + orders.orders)
union all
select measure as what
from held_out
where customers_off != 0 or abs(actual_off) > 0.000001 * (1 + actual)
