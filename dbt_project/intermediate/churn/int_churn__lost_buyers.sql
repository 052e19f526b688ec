with buyer_changes as (

    select * from {{ ref('int_churn__buyer_changes') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

lost as (

    select definition, customer_key, period_month
    from buyer_changes
    where change = 'lost'

),

last_purchases as (

    select
        lost.definition,
        lost.customer_key,
        lost.period_month,
        max(orders.ordered_at) as ordered_at
    from lost
    inner join orders
        on lost.customer_key = orders.customer_key
        and lost.period_month >= {{ reporting_month('orders.ordered_at') }}
    where orders.is_purchase
    group by lost.definition, lost.customer_key, lost.period_month

),

-- What a buyer was worth a month: a twelfth of the year that its last purchase ended.
lost_buyers as (

    select
        last_purchases.definition,
        last_purchases.customer_key,
        last_purchases.period_month,
        cast(sum(orders.amount_reporting) / 12 as decimal(24, 6)) as money_reporting
    from last_purchases
    inner join orders
        on last_purchases.customer_key = orders.customer_key
        and last_purchases.ordered_at >= orders.ordered_at
        and {{ dbt.dateadd('month', -12, 'last_purchases.ordered_at') }} < orders.ordered_at
    group by last_purchases.definition, last_purchases.customer_key, last_purchases.period_month

)

select * from lost_buyers
