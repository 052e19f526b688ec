{%- set never = "cast('9999-12-31' as " ~ dbt.type_timestamp() ~ ")" -%}

with subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

-- What ends when it begins, or before, covers nothing.
paid_periods as (

    select * from subscription_periods
    where mrr != 0 and (ended_at is null or ended_at > started_at)

),

-- Periods overlap and lie within each other: how far a customer was covered is the latest end so far. A credit, whose
-- amount is negative, covers nobody.
starts as (

    select
        customer_key,
        started_at,
        max(coalesce(ended_at, {{ never }})) over (
            partition by customer_key
            order by started_at asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from paid_periods
    where mrr > 0

),

closed_gaps as (

    select
        customer_key,
        covered_before as began_at,
        started_at as ended_at
    from starts
    where covered_before < started_at
        and covered_before >= {{ dbt.dateadd('day', -1 * var('subscription_gap_days'), 'started_at') }}

),

-- Whatever ended where such a gap began runs on until it ends.
covered_periods as (

    select
        paid_periods.customer_key,
        paid_periods.customer_id,
        paid_periods.source_system,
        paid_periods.subscription_id,
        paid_periods.started_at,
        paid_periods.ended_at,
        coalesce(closed_gaps.ended_at, paid_periods.ended_at) as covered_until,
        paid_periods.plan,
        paid_periods.segment,
        paid_periods.currency,
        paid_periods.mrr,
        paid_periods.interval_months,
        paid_periods.quantity,
        paid_periods.cancel_reason,
        paid_periods.churn_type
    from paid_periods
    left join closed_gaps
        on paid_periods.customer_key = closed_gaps.customer_key
        and paid_periods.ended_at = closed_gaps.began_at

)

select * from covered_periods
