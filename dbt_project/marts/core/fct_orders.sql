with orders as (

    select * from {{ ref('canonical_orders') }}

),

described as (

    select
        order_key,
        order_id,
        source_system,
        customer_key,
        customer_id,
        person_key,
        company_key,
        ordered_at,
        amount,
        currency,
        amount_reporting,
        product,
        segment,
        channel
    from orders

)

select * from described
