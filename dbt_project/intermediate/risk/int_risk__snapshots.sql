with snapshot_dates as (

    select * from {{ ref('int_risk__snapshot_dates') }}

),

spells as (

    select * from {{ ref('canonical_subscription_spells') }}

),

first_spells as (

    select * from {{ ref('canonical_first_spells') }}

),

paid_periods as (

    select * from {{ ref('canonical_covered_periods') }}
    where mrr > 0

),

customer_numbers as (

    select
        customer_key,
        row_number() over (order by customer_key asc nulls last) as customer_no
    from first_spells

),

-- Who was in a gap had left, as far as was known that day.
covered as (

    select distinct
        paid_periods.customer_key,
        snapshot_dates.snapshot_date
    from paid_periods
    inner join snapshot_dates
        on paid_periods.started_at <= snapshot_dates.snapshot_at
        and coalesce(paid_periods.ended_at > snapshot_dates.snapshot_at, true)

),

snapshots as (

    select
        covered.customer_key,
        customer_numbers.customer_no,
        snapshot_dates.snapshot_date,
        snapshot_dates.snapshot_at,
        snapshot_dates.is_current,
        snapshot_dates.is_training,
        snapshot_dates.is_evaluation,
        spells.spell_no,
        spells.started_at as spell_started_at,
        case
            when snapshot_dates.has_outcome then coalesce(spells.ended_at <= snapshot_dates.outcome_until, false)
        end as is_lost
    from covered
    inner join snapshot_dates
        on covered.snapshot_date = snapshot_dates.snapshot_date
    inner join customer_numbers
        on covered.customer_key = customer_numbers.customer_key
    inner join spells
        on covered.customer_key = spells.customer_key
        and spells.started_at <= snapshot_dates.snapshot_at
        and coalesce(spells.ended_at > snapshot_dates.snapshot_at, true)
    -- Keys are hashes, so that the first are a sample like any other: more would be learnt no better, and longer.
    where
        snapshot_dates.is_current
        or snapshot_dates.is_evaluation
        or (snapshot_dates.is_training and customer_numbers.customer_no <= {{ var('churn_risk_most_learnt_from') }})

)

select * from snapshots
