with snapshots as (

    select
        customer_key,
        snapshot_date,
        snapshot_at,
        {{ dbt.dateadd('day', -90, 'snapshot_at') }} as quarter_before,
        {{ reporting_day('snapshot_at', is_moment=true) }} as snapshot_day
    from {{ ref('int_risk__snapshots') }}

),

covered_periods as (

    select
        *,
        min(started_at) over (partition by customer_key, source_system, subscription_id) as first_started_at
    from {{ ref('canonical_covered_periods') }}

),

-- A period meets each day's rate once, however many its currency has had.
rates as (

    select
        snapshot_days.snapshot_day,
        currencies.currency,
        exchange_rate.rate_to_reporting
    from (select distinct snapshot_day from snapshots) as snapshot_days
    cross join (select distinct currency from covered_periods) as currencies
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'currencies.currency', 'snapshot_days.snapshot_day') }}

),

-- Both days' amounts stand at one rate: what a currency did is no change of the customer's.
snapshot_periods as (

    select
        snapshots.customer_key,
        snapshots.snapshot_date,
        snapshots.snapshot_day,
        periods.source_system,
        periods.subscription_id,
        periods.started_at,
        {{ reporting_day('periods.first_started_at') }} as first_started_day,
        coalesce(periods.ended_at > snapshots.snapshot_at, true) as runs,
        periods.started_at <= snapshots.quarter_before as ran_before,
        periods.plan,
        periods.segment,
        greatest(periods.interval_months, 1) as term_months,
        {{ to_reporting('periods.mrr', 'periods.currency', 'snapshots.snapshot_day', rate='rates') }} as mrr_reporting
    from snapshots
    inner join covered_periods as periods
        on snapshots.customer_key = periods.customer_key
        and periods.started_at <= snapshots.snapshot_at
        and coalesce(periods.covered_until > snapshots.quarter_before, true)
    left join rates
        on snapshots.snapshot_day = rates.snapshot_day
        and periods.currency = rates.currency

)

select * from snapshot_periods
