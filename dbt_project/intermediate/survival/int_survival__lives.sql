with spells as (

    select * from {{ ref('canonical_subscription_spells') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

first_spells as (

    select
        spells.customer_key,
        {{ reporting_day('spells.started_at') }} as started_day,
        case
            when spells.ended_at is null then {{ reporting_day('as_of.as_of', is_moment=true) }}
            else {{ reporting_day('spells.ended_at') }}
        end as last_day,
        spells.ended_at is not null as is_churned
    from spells
    cross join as_of
    where spells.spell_no = 1

),

lives as (

    select
        first_spells.customer_key,
        cast(greatest({{ completed_months('first_spells.started_day', 'first_spells.last_day') }}, 0) as bigint) as tenure_months,
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
