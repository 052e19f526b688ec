with changes as (

    select * from {{ ref('int_churn__changes') }}
    where change = 'lost'

),

within_month_spells as (

    select * from {{ ref('int_churn__within_month_spells') }}

),

lost_buyers as (

    select * from {{ ref('int_churn__lost_buyers') }}

),

lost as (

    select
        definition,
        customer_key,
        period_month,
        sum(quantity) as quantity
    from changes
    group by definition, customer_key, period_month

),

ended_mrr as (

    select customer_key, period_month, quantity as money_reporting
    from lost
    where definition = 'revenue'

),

within_month_mrr as (

    select
        customer_key,
        period_month,
        sum(mrr_reporting) as money_reporting
    from within_month_spells
    group by customer_key, period_month

),

lost_subscribers as (

    select
        lost.definition,
        lost.customer_key,
        lost.period_month,
        lost.quantity as customers,
        cast(
            coalesce(ended_mrr.money_reporting, 0)
            + case when lost.definition = 'same_month_included' then coalesce(within_month_mrr.money_reporting, 0) else 0 end
            as decimal(24, 6)
        ) as money_reporting
    from lost
    left join ended_mrr
        on lost.customer_key = ended_mrr.customer_key
        and lost.period_month = ended_mrr.period_month
    left join within_month_mrr
        on lost.customer_key = within_month_mrr.customer_key
        and lost.period_month = within_month_mrr.period_month
    where lost.definition in ('logo', 'same_month_excluded', 'same_month_included')

),

lost_customers as (

    select * from lost_subscribers
    union all
    select definition, customer_key, period_month, 1 as customers, money_reporting
    from lost_buyers

)

select * from lost_customers
