with changes as (

    select * from {{ ref('int_churn__changes') }}
    where change = 'lost'

),

within_month_spells as (

    select * from {{ ref('int_churn__within_month_spells') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

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

lost_buyers as (

    select customer_key, period_month from lost
    where definition = 'inactivity'

),

last_purchases as (

    select
        lost_buyers.customer_key,
        lost_buyers.period_month,
        max(orders.ordered_at) as ordered_at
    from lost_buyers
    inner join orders
        on lost_buyers.customer_key = orders.customer_key
        and lost_buyers.period_month >= {{ reporting_month('orders.ordered_at') }}
    where orders.is_purchase
    group by lost_buyers.customer_key, lost_buyers.period_month

),

-- What a buyer was worth a month: a twelfth of the year that its last purchase ended.
bought as (

    select
        last_purchases.customer_key,
        last_purchases.period_month,
        cast(sum(orders.amount_reporting) / 12 as decimal(24, 6)) as money_reporting
    from last_purchases
    inner join orders
        on last_purchases.customer_key = orders.customer_key
        and last_purchases.ordered_at >= orders.ordered_at
        and {{ dbt.dateadd('month', -12, 'last_purchases.ordered_at') }} < orders.ordered_at
    group by last_purchases.customer_key, last_purchases.period_month

),

lost_customers as (

    select
        lost.definition,
        lost.customer_key,
        lost.period_month,
        lost.quantity as customers,
        cast(case
            when lost.definition = 'inactivity' then bought.money_reporting
            when lost.definition = 'same_month_included'
                then coalesce(ended_mrr.money_reporting, 0) + coalesce(within_month_mrr.money_reporting, 0)
            else ended_mrr.money_reporting
        end as decimal(24, 6)) as money_reporting
    from lost
    left join ended_mrr
        on lost.customer_key = ended_mrr.customer_key
        and lost.period_month = ended_mrr.period_month
    left join within_month_mrr
        on lost.customer_key = within_month_mrr.customer_key
        and lost.period_month = within_month_mrr.period_month
    left join bought
        on lost.customer_key = bought.customer_key
        and lost.period_month = bought.period_month
    where lost.definition != 'revenue'

)

select * from lost_customers
