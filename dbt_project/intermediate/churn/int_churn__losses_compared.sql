with lost_customers as (

    select * from {{ ref('int_churn__lost_customers') }}

),

buying_months as (

    select * from {{ ref('int_churn__buying_months') }}

),

paying_months as (

    select * from {{ ref('int_churn__paying_months') }}

),

pairs as (

    select 'same_month_excluded' as from_definition, 'same_month_included' as to_definition
    union all
    select 'logo' as from_definition, 'inactivity' as to_definition

),

losses as (

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

),

first_purchases as (

    select customer_key, min(period_month) as first_month
    from buying_months
    group by customer_key

),

first_payments as (

    select customer_key, min(period_month) as first_month
    from paying_months
    group by customer_key

),

with_reasons as (

    select
        losses.*,
        case
            when losses.customers_from = losses.customers_to then 'lost_by_both'
            when losses.to_definition = 'same_month_included' then 'within_month'
            when losses.customers_to = 0 and first_purchases.first_month is null then 'never_ordered'
            when losses.customers_to = 0 and buying_months.customer_key is not null then 'still_orders'
            when losses.customers_from = 0 and first_payments.first_month is null then 'never_subscribed'
            when losses.customers_from = 0 and paying_months.customer_key is not null then 'still_subscribes'
            else 'lost_in_another_month'
        end as reason
    from losses
    left join first_purchases
        on losses.customer_key = first_purchases.customer_key
        and losses.period_month >= first_purchases.first_month
    left join buying_months
        on losses.customer_key = buying_months.customer_key
        and losses.period_month = buying_months.period_month
    left join first_payments
        on losses.customer_key = first_payments.customer_key
        and losses.period_month >= first_payments.first_month
    left join paying_months
        on losses.customer_key = paying_months.customer_key
        and losses.period_month = paying_months.period_month

)

select * from with_reasons
