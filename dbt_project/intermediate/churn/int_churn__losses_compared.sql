with losses_paired as (

    select
        *,
        case when customers_to = 0 then to_definition else from_definition end as other_definition
    from {{ ref('int_churn__losses_paired') }}

),

held_months as (

    select definition, customer_key, period_month
    from {{ ref('int_churn__buying_months') }}
    union all
    select 'logo' as definition, customer_key, period_month
    from {{ ref('int_churn__paying_months') }}

),

first_held as (

    select
        definition,
        customer_key,
        min(period_month) as first_month
    from held_months
    group by definition, customer_key

),

second_purchases as (

    select customer_key, purchase_day
    from {{ ref('canonical_purchase_days') }}
    where purchase_no = 2

),

-- How the definition that doesn't lose the customer sees it at the month's end: never so far, still, or no more.
with_reasons as (

    select
        losses_paired.from_definition,
        losses_paired.to_definition,
        losses_paired.customer_key,
        losses_paired.period_month,
        losses_paired.customers_from,
        losses_paired.customers_to,
        losses_paired.money_from_reporting,
        losses_paired.money_to_reporting,
        case
            when losses_paired.customers_from = losses_paired.customers_to then 'lost_by_both'
            when losses_paired.to_definition = 'same_month_included' then 'within_month'
            when first_held.first_month is not null and held_months.customer_key is null then 'lost_in_another_month'
            when losses_paired.other_definition = 'logo' and first_held.first_month is null then 'never_subscribed'
            when losses_paired.other_definition = 'logo' then 'still_subscribes'
            when losses_paired.from_definition = 'logo' and first_held.first_month is null then 'never_ordered'
            when losses_paired.from_definition = 'logo' then 'still_orders'
            when losses_paired.other_definition = 'inactivity' and first_held.first_month is null then 'never_recent'
            when losses_paired.other_definition = 'inactivity' then 'still_recent'
            when first_held.first_month is null then 'never_probably_alive'
            when second_purchases.customer_key is null then 'one_purchase_only'
            else 'still_probably_alive'
        end as reason
    from losses_paired
    left join first_held
        on losses_paired.other_definition = first_held.definition
        and losses_paired.customer_key = first_held.customer_key
        and losses_paired.period_month >= first_held.first_month
    left join held_months
        on losses_paired.other_definition = held_months.definition
        and losses_paired.customer_key = held_months.customer_key
        and losses_paired.period_month = held_months.period_month
    left join second_purchases
        on losses_paired.customer_key = second_purchases.customer_key
        and losses_paired.period_month >= cast({{ dbt.date_trunc('month', 'second_purchases.purchase_day') }} as date)

)

select * from with_reasons
