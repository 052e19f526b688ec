with snapshots as (

    select
        customer_key,
        snapshot_date,
        snapshot_at,
        {{ dbt.dateadd('day', -180, 'snapshot_at') }} as half_year_before
    from {{ ref('int_risk__snapshots') }}

),

covered_periods as (

    select * from {{ ref('canonical_covered_periods') }}

),

spells as (

    select * from {{ ref('canonical_subscription_spells') }}

),

starts_and_ends as (

    select customer_key, currency, started_at as changed_at, mrr as added, 0 as failed_payments
    from covered_periods
    union all
    select
        customer_key, currency, covered_until as changed_at, -mrr as added,
        case when churn_type = 'involuntary' then 1 else 0 end as failed_payments
    from covered_periods
    where covered_until is not null

),

-- What ends and what begins at one moment net, in the currency's own money.
netted as (

    select
        customer_key,
        changed_at,
        currency,
        sum(added) as added,
        sum(failed_payments) as failed_payments
    from starts_and_ends
    group by customer_key, changed_at, currency

),

-- Who left altogether didn't reduce: a reduction lies within a spell.
changes as (

    select
        netted.customer_key,
        netted.changed_at,
        max(case when netted.added < 0 and spells.customer_key is not null then 1 else 0 end) as contractions,
        sum(netted.failed_payments) as failed_payments
    from netted
    left join spells
        on netted.customer_key = spells.customer_key
        and netted.changed_at > spells.started_at
        and coalesce(netted.changed_at < spells.ended_at, true)
    group by netted.customer_key, netted.changed_at

),

billing_features as (

    select
        snapshots.customer_key,
        snapshots.snapshot_date,
        sum(case when changes.changed_at > snapshots.half_year_before then changes.contractions else 0 end) as contractions_180d,
        sum(changes.failed_payments) as failed_payments
    from snapshots
    inner join changes
        on snapshots.customer_key = changes.customer_key
        and changes.changed_at <= snapshots.snapshot_at
    group by snapshots.customer_key, snapshots.snapshot_date

)

select * from billing_features
