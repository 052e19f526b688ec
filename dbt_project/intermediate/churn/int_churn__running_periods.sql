with months as (

    select * from {{ ref('int_churn__months') }}

),

covered_periods as (

    select * from {{ ref('canonical_covered_periods') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

periods as (

    select
        *,
        {{ reporting_month('started_at') }} as started_month,
        {{ reporting_month('covered_until') }} as ended_month
    from covered_periods

),

-- A period meets each month's rates once, however many its currency has had.
rates as (

    select
        months.period_month,
        currencies.currency,
        exchange_rate.rate_to_reporting,
        next_exchange_rate.rate_to_reporting as next_rate_to_reporting
    from months
    cross join (select distinct currency from periods) as currencies
    {{ exchange_rate_join('exchange_rates', 'currencies.currency', 'months.rate_date') }}
    {{ exchange_rate_join('exchange_rates', 'currencies.currency', 'months.next_rate_date', rate='next_exchange_rate') }}

),

-- covered_until is the first moment not covered: a period that ends on the 1st reaches the last moment of the month
-- before, and not that of the month it ends in.
running_periods as (

    select
        periods.customer_key,
        periods.subscription_id,
        months.period_month,
        months.next_month,
        months.rate_date,
        periods.plan,
        periods.currency,
        periods.mrr,
        rates.rate_to_reporting,
        rates.next_rate_to_reporting
    from periods
    inner join months
        on periods.started_month <= months.period_month
        and (periods.covered_until is null or periods.ended_month > months.period_month)
    inner join rates
        on months.period_month = rates.period_month
        and periods.currency = rates.currency

)

select * from running_periods
