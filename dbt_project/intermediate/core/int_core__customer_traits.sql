with customers as (

    select customer_key, segment, first_plan as plan, acquisition_channel, country
    from {{ ref('dim_customers') }}

),

segment_names as (

    {{ customer_segment_names() }}

),

customer_traits as (

    select
        customers.customer_key,
        segment_names.segment_name,
        {{ customer_segment_value('customers', 'segment_names') }} as segment_value
    from customers
    cross join segment_names

)

select * from customer_traits
