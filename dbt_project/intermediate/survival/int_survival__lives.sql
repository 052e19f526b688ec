with first_spells as (

    select * from {{ ref('canonical_first_spells') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

lives as (

    select
        first_spells.customer_key,
        first_spells.completed_months as tenure_months,
        first_spells.is_churned,
        customers.segment,
        customers.first_plan as plan,
        customers.acquisition_channel,
        customers.country
    from first_spells
    inner join customers
        on first_spells.customer_key = customers.customer_key

)

select * from lives
