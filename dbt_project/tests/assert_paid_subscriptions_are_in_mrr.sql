-- Fails if a customer has a paid subscription at as_of and isn't in the last month of fct_mrr_monthly.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

last_month as (

    select {{ reporting_month("as_of - interval '1 microsecond'") }} as period_month
    from as_of

),

paying as (

    select
        subscription_periods.customer_key,
        last_month.period_month,
        sum(subscription_periods.mrr) as mrr
    from subscription_periods
    inner join as_of
        on subscription_periods.started_at < as_of.as_of
        and (subscription_periods.ended_at is null or subscription_periods.ended_at > as_of.as_of)
    cross join last_month
    group by subscription_periods.customer_key, last_month.period_month
    having sum(subscription_periods.mrr) > 0

),

missing as (

    select paying.*
    from paying
    left join mrr_monthly
        on paying.customer_key = mrr_monthly.customer_key
        and paying.period_month = mrr_monthly.period_month
    where mrr_monthly.customer_key is null

)

select * from missing
