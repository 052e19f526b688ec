with orders as (

    select * from {{ ref('canonical_orders') }}

),

subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

deals as (

    select * from {{ ref('canonical_deals') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

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
    union all
    select
        'deals' as cohort_type,
        customer_key,
        min(closed_at) as joined_at
    from deals
    where is_won and customer_key is not null
    group by customer_key

),

members as (

    select
        first_events.cohort_type,
        first_events.customer_key,
        {{ reporting_month('first_events.joined_at') }} as cohort_month,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.first_plan, 'unknown') as plan,
        coalesce(customers.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(customers.country, 'unknown') as country,
        coalesce({{ dbt.concat(['campaigns.platform', "':'", 'campaigns.campaign_id']) }}, 'unknown') as campaign,
        coalesce(customers.first_product, 'unknown') as first_product
    from first_events
    left join customers
        on first_events.customer_key = customers.customer_key
    left join campaigns
        on customers.acquisition_campaign_key = campaigns.campaign_key

)

select * from members
