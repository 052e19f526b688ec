with customer_months as (

    select * from {{ ref('int_churn__customer_months') }}

),

spells as (

    select
        *,
        {{ reporting_month('ended_at') }} as ended_month
    from {{ ref('canonical_subscription_spells') }}

),

endings_by_recency as (

    select
        customer_months.customer_key,
        customer_months.period_month,
        spells.cancel_reason,
        spells.churn_type,
        row_number() over (
            partition by customer_months.customer_key, customer_months.period_month
            order by spells.spell_no desc nulls last
        ) as recency
    from customer_months
    inner join spells
        on customer_months.customer_key = spells.customer_key
        and customer_months.period_month >= spells.ended_month
    where customer_months.mrr_after_reporting = 0

),

last_endings as (

    select
        customer_key,
        period_month,
        cancel_reason,
        churn_type
    from endings_by_recency
    where recency = 1

)

select * from last_endings
