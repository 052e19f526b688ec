with decisions as (

    select * from {{ ref('int_renewals__decisions') }}

),

successions as (

    select * from {{ ref('int_renewals__successions') }}

),

covered_periods as (

    select * from {{ ref('canonical_covered_periods') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

-- What runs once a term is decided: its own subscription, or those that took its place.
running_after as (

    select contract_key, term_no, rate_date, customer_key, source_system, subscription_id, decided_at as runs_at
    from decisions
    where fate = 'run on'
    union all
    select
        decisions.contract_key, decisions.term_no, decisions.rate_date, decisions.customer_key, successions.source_system,
        successions.subscription_id, successions.started_at as runs_at
    from decisions
    inner join successions
        on decisions.contract_key = successions.contract_key
    where decisions.fate = 'succeeded'

),

currency_sums as (

    select
        decisions.contract_key,
        decisions.term_no,
        decisions.rate_date,
        covered_periods.currency,
        sum(covered_periods.mrr) as mrr_before,
        0 as mrr_after
    from decisions
    inner join covered_periods
        on decisions.customer_key = covered_periods.customer_key
        and decisions.source_system = covered_periods.source_system
        and decisions.subscription_id = covered_periods.subscription_id
        and decisions.ran_until > covered_periods.started_at
        and (covered_periods.ended_at is null or covered_periods.ended_at >= decisions.ran_until)
    group by decisions.contract_key, decisions.term_no, decisions.rate_date, covered_periods.currency
    union all
    select
        running_after.contract_key,
        running_after.term_no,
        running_after.rate_date,
        covered_periods.currency,
        0 as mrr_before,
        sum(covered_periods.mrr) as mrr_after
    from running_after
    inner join covered_periods
        on running_after.customer_key = covered_periods.customer_key
        and running_after.source_system = covered_periods.source_system
        and running_after.subscription_id = covered_periods.subscription_id
        and running_after.runs_at >= covered_periods.started_at
        and (covered_periods.ended_at is null or covered_periods.ended_at > running_after.runs_at)
    group by running_after.contract_key, running_after.term_no, running_after.rate_date, covered_periods.currency

),

-- A day's rates are looked up once, however many terms are decided on it.
days as (

    select distinct currency, rate_date
    from currency_sums

),

rates as (

    select
        days.currency,
        days.rate_date,
        exchange_rate.rate_to_reporting
    from days
    {{ exchange_rate_join('exchange_rates', 'days.currency', 'days.rate_date') }}

),

-- Both sides are worth what they are on the day of the decision, so that no rate makes a renewal larger or smaller.
amounts as (

    select
        currency_sums.contract_key,
        currency_sums.term_no,
        sum({{ to_reporting('currency_sums.mrr_before', 'currency_sums.currency', 'currency_sums.rate_date', rate='rates') }})
            as amount_before_reporting,
        sum({{ to_reporting('currency_sums.mrr_after', 'currency_sums.currency', 'currency_sums.rate_date', rate='rates') }})
            as amount_after_reporting
    from currency_sums
    inner join rates
        on currency_sums.currency = rates.currency
        and currency_sums.rate_date = rates.rate_date
    group by currency_sums.contract_key, currency_sums.term_no

)

select * from amounts
