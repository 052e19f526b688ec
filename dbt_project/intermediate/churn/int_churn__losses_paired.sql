with lost_customers as (

    select * from {{ ref('int_churn__lost_customers') }}

),

buying_months as (

    select * from {{ ref('int_churn__buying_months') }}

),

-- A definition that a refused fit leaves without rows isn't compared.
pairs as (

    select 'same_month_excluded' as from_definition, 'same_month_included' as to_definition
    union all
    select 'logo' as from_definition, 'inactivity' as to_definition
    union all
    select distinct 'inactivity' as from_definition, definition as to_definition
    from buying_months
    where definition = 'inactivity_probability'

),

losses_paired as (

    select
        pairs.from_definition,
        pairs.to_definition,
        lost_customers.customer_key,
        lost_customers.period_month,
        sum(case when lost_customers.definition = pairs.from_definition then lost_customers.customers else 0 end) as customers_from,
        sum(case when lost_customers.definition = pairs.to_definition then lost_customers.customers else 0 end) as customers_to,
        sum(case when lost_customers.definition = pairs.from_definition then lost_customers.money_reporting else 0 end)
            as money_from_reporting,
        sum(case when lost_customers.definition = pairs.to_definition then lost_customers.money_reporting else 0 end)
            as money_to_reporting
    from pairs
    inner join lost_customers
        on lost_customers.definition in (pairs.from_definition, pairs.to_definition)
    group by pairs.from_definition, pairs.to_definition, lost_customers.customer_key, lost_customers.period_month

)

select * from losses_paired
