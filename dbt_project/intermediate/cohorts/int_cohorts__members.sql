with orders as (

    select * from {{ ref('canonical_orders') }}

),

subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

first_events as (

    select
        'orders' as cohort_type,
        customer_key,
        min(ordered_at) as joined_at
    from orders
    group by customer_key
    union all
    select
        'subscriptions' as cohort_type,
        customer_key,
        min(started_at) as joined_at
    from subscription_periods
    where mrr > 0
    group by customer_key

),

members as (

    select
        first_events.cohort_type,
        first_events.customer_key,
        {{ reporting_month('first_events.joined_at') }} as cohort_month,
        coalesce(customers.segment, 'unknown') as segment
    from first_events
    left join customers
        on first_events.customer_key = customers.customer_key

)

select * from members
