-- Fails if a paid stretch doesn't begin within exactly one term of its subscription, or if a subscription that runs at as_of has no
-- open renewal, or more than one.
with covered_periods as (

    select distinct customer_key, subscription_id, started_at, ended_at is null as is_running
    from {{ ref('canonical_covered_periods') }}
    where mrr > 0

),

renewals as (

    select
        customer_key,
        subscription_id,
        term_started_at,
        case when decided_at < due_at then decided_at else due_at end as term_ended_at,
        outcome
    from {{ ref('fct_renewals') }}
    where source = 'subscription'

),

terms_of_stretches as (

    select
        covered_periods.customer_key,
        covered_periods.subscription_id,
        covered_periods.started_at,
        count(renewals.term_started_at) as terms,
        1 as expected
    from covered_periods
    left join renewals
        on covered_periods.customer_key = renewals.customer_key
        and covered_periods.subscription_id = renewals.subscription_id
        and covered_periods.started_at >= renewals.term_started_at
        and covered_periods.started_at < renewals.term_ended_at
    group by covered_periods.customer_key, covered_periods.subscription_id, covered_periods.started_at

),

running as (

    select
        customer_key,
        subscription_id,
        max(case when is_running then 1 else 0 end) as is_running
    from covered_periods
    group by customer_key, subscription_id

),

open_terms as (

    select
        running.customer_key,
        running.subscription_id,
        cast(null as {{ dbt.type_timestamp() }}) as started_at,
        count(renewals.term_started_at) as terms,
        running.is_running as expected
    from running
    left join renewals
        on running.customer_key = renewals.customer_key
        and running.subscription_id = renewals.subscription_id
        and renewals.outcome = 'open'
    group by running.customer_key, running.subscription_id, running.is_running

),

counted as (

    select * from terms_of_stretches
    union all
    select * from open_terms

)

select * from counted
where terms != expected
