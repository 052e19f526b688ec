with customers as (

    select * from {{ ref('canonical_customers') }}

),

customer_people as (

    select * from {{ ref('canonical_customer_people') }}

),

first_touches as (

    select * from {{ ref('int_core__first_touches') }}

),

first_purchases as (

    select * from {{ ref('int_core__first_purchases') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

customer_touches as (

    select
        customer_people.customer_key,
        first_touches.channel,
        first_touches.campaign_key,
        row_number() over (
            partition by customer_people.customer_key
            order by first_touches.occurred_at, first_touches.touchpoint_id
        ) as touch_no
    from customer_people
    inner join first_touches on customer_people.person_key = first_touches.person_key

),

first_orders as (

    select
        customer_key,
        channel,
        row_number() over (
            partition by customer_key
            order by ordered_at, order_id
        ) as order_no
    from orders

),

described as (

    select
        customers.customer_key,
        customers.customer_id,
        customers.person_key,
        customers.company_key,
        customers.segment,
        coalesce(customer_touches.channel, first_orders.channel, 'unknown') as acquisition_channel,
        customer_touches.campaign_key as acquisition_campaign_key,
        customers.country,
        coalesce(first_purchases.first_product, 'unknown') as first_product,
        coalesce(first_purchases.first_plan, 'unknown') as first_plan,
        customers.became_customer_at
    from customers
    left join customer_touches
        on customers.customer_key = customer_touches.customer_key
        and customer_touches.touch_no = 1
    left join first_orders
        on customers.customer_key = first_orders.customer_key
        and first_orders.order_no = 1
    left join first_purchases
        on customers.customer_key = first_purchases.customer_key

)

select * from described
