with running_periods as (

    select * from {{ ref('int_churn__running_periods') }}

),

-- Currencies are summed before they are converted, so that a change of subscriptions which leaves the sum as it was
-- doesn't become a movement by rounding.
currency_sums as (

    select
        customer_key,
        period_month,
        next_month,
        rate_date,
        currency,
        rate_to_reporting,
        next_rate_to_reporting,
        cast(sum(mrr) as decimal(24, 6)) as mrr
    from running_periods
    group by
        customer_key, period_month, next_month, rate_date, currency, rate_to_reporting, next_rate_to_reporting

),

currency_months as (

    select
        *,
        {{ to_reporting('mrr', 'currency', 'rate_date', rate='currency_sums') }} as mrr_reporting,
        cast(mrr * next_rate_to_reporting as decimal(24, 6)) as mrr_at_next_rate
    from currency_sums

),

paying_months as (

    select
        customer_key,
        period_month,
        next_month,
        sum(mrr_reporting) as mrr_reporting,
        sum(mrr_at_next_rate - mrr_reporting) as fx_into_next_month
    from currency_months
    group by customer_key, period_month, next_month
    having sum(mrr_reporting) > 0

)

select * from paying_months
