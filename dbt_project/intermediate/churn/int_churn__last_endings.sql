with customer_months as (

    select * from {{ ref('int_churn__customer_months') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

ended_periods as (

    select
        subscription_periods.*,
        {{ reporting_month('subscription_periods.ended_at') }} as ended_month
    from subscription_periods
    inner join as_of
        on subscription_periods.ended_at <= as_of.as_of
    where subscription_periods.mrr != 0

),

endings_by_recency as (

    select
        customer_months.customer_key,
        customer_months.period_month,
        ended_periods.churn_type,
        row_number() over (
            partition by customer_months.customer_key, customer_months.period_month
            order by ended_periods.ended_at desc nulls last, ended_periods.subscription_id asc nulls last
        ) as recency
    from customer_months
    inner join ended_periods
        on customer_months.customer_key = ended_periods.customer_key
        and customer_months.period_month >= ended_periods.ended_month
    where customer_months.mrr_after_reporting = 0

),

last_endings as (

    select
        customer_key,
        period_month,
        churn_type
    from endings_by_recency
    where recency = 1

)

select * from last_endings
