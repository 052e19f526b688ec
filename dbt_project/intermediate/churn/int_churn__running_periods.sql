with months as (

    select * from {{ ref('int_churn__months') }}

),

subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

paid_periods as (

    select
        *,
        {{ reporting_month('started_at') }} as started_month,
        {{ reporting_month('ended_at') }} as ended_month
    from subscription_periods
    where mrr != 0

),

-- ended_at is the first moment not covered: a period that ends on the 1st doesn't reach the last moment of the month
-- before, and one that ends after as_of still runs at as_of.
running_periods as (

    select
        paid_periods.customer_key,
        paid_periods.subscription_id,
        months.period_month,
        months.next_month,
        months.rate_date,
        paid_periods.plan,
        paid_periods.currency,
        paid_periods.mrr,
        exchange_rate.rate_to_reporting,
        next_exchange_rate.rate_to_reporting as next_rate_to_reporting
    from paid_periods
    inner join months
        on paid_periods.started_month <= months.period_month
        and (
            paid_periods.ended_at is null
            or paid_periods.ended_month > months.period_month
            or paid_periods.ended_at > months.as_of
        )
    {{ exchange_rate_join('exchange_rates', 'paid_periods.currency', 'months.rate_date') }}
    {{ exchange_rate_join('exchange_rates', 'paid_periods.currency', 'months.next_rate_date', rate='next_exchange_rate') }}

)

select * from running_periods
