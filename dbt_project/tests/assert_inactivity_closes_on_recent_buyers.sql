-- Fails if the last month of fct_churn_monthly doesn't close on the customers who bought in the last inactivity_churn_days before
-- as_of.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}
    where definition = 'inactivity'
        and segment_name = 'all'

),

recent_buyers as (

    select count(distinct orders.customer_key) as customers
    from orders
    inner join as_of
        on orders.ordered_at < as_of.as_of
        and {{ dbt.dateadd('day', var('inactivity_churn_days'), 'orders.ordered_at') }} > as_of.as_of
    where orders.is_purchase

),

last_closing as (

    select churn_monthly.closing
    from churn_monthly
    inner join as_of
        on churn_monthly.period_month = {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}

),

broken as (

    select
        recent_buyers.customers,
        coalesce(last_closing.closing, 0) as closing
    from recent_buyers
    left join last_closing
        on last_closing.closing >= 0
    where recent_buyers.customers != coalesce(last_closing.closing, 0)

)

select * from broken
