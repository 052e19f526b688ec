{%- set never = "cast('9999-12-31' as date)" -%}

with spells as (

    select * from {{ ref('canonical_subscription_spells') }}
    where spell_no = 1

),

fits as (

    select * from {{ ref('int_value__fits') }}
    where learnt_from = 'contracts' and fit_no = 1

),

paid_periods as (

    select
        customer_key,
        started_at,
        {{ reporting_day('started_at') }} as started_day,
        coalesce({{ reporting_day('ended_at') }}, {{ never }}) as ended_day
    from {{ ref('canonical_covered_periods') }}
    where mrr > 0

),

-- Of the spell's periods those that had begun: who stood in a gap had left, though it came back since.
seen as (

    select
        paid_periods.customer_key,
        fits.last_day,
        min(paid_periods.started_day) as started_day,
        max(paid_periods.ended_day) as ended_day
    from spells
    inner join paid_periods
        on spells.customer_key = paid_periods.customer_key
        and coalesce(paid_periods.started_at <= spells.ended_at, true)
    inner join fits
        on paid_periods.started_day <= fits.last_day
    group by paid_periods.customer_key, fits.last_day

),

days as (

    select
        customer_key,
        started_day,
        least(ended_day, last_day) as last_day,
        ended_day <= last_day as is_churned,
        last_day as seen_until
    from seen

),

calibration_spells as (

    select
        *,
        cast({{ completed_months('started_day', 'last_day') }} as bigint) as completed_months
    from days

)

select * from calibration_spells
