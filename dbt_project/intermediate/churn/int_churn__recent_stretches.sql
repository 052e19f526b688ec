with orders as (

    select * from {{ ref('canonical_orders') }}

),

inactive_after as (

    select
        customer_key,
        ordered_at,
        {{ dbt.dateadd('day', var('inactivity_churn_days'), 'ordered_at') }} as inactive_at
    from orders
    where is_purchase

),

recent_stretches as (

    select
        customer_key,
        {{ reporting_month('ordered_at') }} as bought_month,
        inactive_at,
        {{ reporting_month('inactive_at') }} as inactive_month
    from inactive_after

)

select * from recent_stretches
