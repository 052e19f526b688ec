with spells as (

    select * from {{ ref('canonical_subscription_spells') }}
    where is_within_month

),

covered_periods as (

    select * from {{ ref('canonical_covered_periods') }}

),

months as (

    select * from {{ ref('int_churn__months') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

spell_months as (

    select
        *,
        {{ reporting_month('started_at') }} as period_month
    from spells

),

within_month_spells as (

    select
        spell_months.customer_key,
        spell_months.spell_no,
        spell_months.period_month,
        spell_months.churn_type,
        cast(sum({{ to_reporting('covered_periods.mrr', 'covered_periods.currency', 'months.rate_date') }}) as decimal(24, 6))
            as mrr_reporting
    from spell_months
    inner join months
        on spell_months.period_month = months.period_month
    inner join covered_periods
        on spell_months.customer_key = covered_periods.customer_key
        and spell_months.ended_at = covered_periods.covered_until
    {{ exchange_rate_join('exchange_rates', 'covered_periods.currency', 'months.rate_date') }}
    group by
        spell_months.customer_key, spell_months.spell_no, spell_months.period_month, spell_months.churn_type

)

select * from within_month_spells
