with losses_compared as (

    select * from {{ ref('int_churn__losses_compared') }}

),

customer_traits as (

    select * from {{ ref('int_core__customer_traits') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}

),

by_reason as (

    select
        losses_compared.period_month,
        losses_compared.from_definition,
        losses_compared.to_definition,
        customer_traits.segment_name,
        customer_traits.segment_value,
        losses_compared.reason,
        sum(losses_compared.customers_from) as customers_from,
        sum(losses_compared.customers_to) as customers_to,
        sum(losses_compared.money_from_reporting) as money_from_reporting,
        sum(losses_compared.money_to_reporting) as money_to_reporting
    from losses_compared
    inner join customer_traits
        on losses_compared.customer_key = customer_traits.customer_key
    group by
        losses_compared.period_month, losses_compared.from_definition, losses_compared.to_definition,
        customer_traits.segment_name, customer_traits.segment_value, losses_compared.reason

),

-- Both lose the same customers: logo takes each for what one pays on average, revenue for what it paid.
by_size as (

    select
        revenue.period_month,
        'logo' as from_definition,
        'revenue' as to_definition,
        revenue.segment_name,
        revenue.segment_value,
        'size_of_the_lost' as reason,
        logo.lost as customers_from,
        logo.lost as customers_to,
        cast(logo.churn_rate * cast(revenue.opening as double) as decimal(24, 6)) as money_from_reporting,
        revenue.lost as money_to_reporting
    from churn_monthly as revenue
    inner join churn_monthly as logo
        on revenue.period_month = logo.period_month
        and revenue.segment_name = logo.segment_name
        and revenue.segment_value = logo.segment_value
    where revenue.definition = 'revenue'
        and logo.definition = 'logo'
        and logo.lost > 0

),

reasons as (

    select * from by_reason
    union all
    select * from by_size

),

definition_bridge as (

    select
        period_month,
        from_definition,
        to_definition,
        segment_name,
        segment_value,
        reason,
        cast(customers_from as bigint) as customers_from,
        cast(customers_to as bigint) as customers_to,
        cast(customers_to - customers_from as bigint) as customers,
        cast(money_from_reporting as decimal(24, 6)) as money_from_reporting,
        cast(money_to_reporting as decimal(24, 6)) as money_to_reporting,
        cast(money_to_reporting - money_from_reporting as decimal(24, 6)) as money_reporting
    from reasons
    order by period_month, from_definition, to_definition, segment_name, segment_value, reason

)

select * from definition_bridge
