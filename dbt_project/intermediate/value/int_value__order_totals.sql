with orders as (

    select * from {{ ref('canonical_orders') }}

),

purchase_days as (

    select
        customer_key,
        count(*) as purchase_days
    from {{ ref('canonical_purchase_days') }}
    group by customer_key

),

totals as (

    select
        customer_key,
        min(case when is_purchase then ordered_at end) as first_order_at,
        max(case when is_purchase then ordered_at end) as last_order_at,
        count(case when is_purchase then 1 end) as orders,
        sum(amount_reporting) as revenue_reporting
    from orders
    where customer_key is not null
    group by customer_key

),

order_totals as (

    select
        totals.*,
        coalesce(purchase_days.purchase_days, 0) as purchase_days
    from totals
    left join purchase_days
        on totals.customer_key = purchase_days.customer_key

)

select * from order_totals
