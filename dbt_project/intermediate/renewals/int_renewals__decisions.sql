{%- set never = "cast('9999-12-31' as " ~ dbt.type_timestamp() ~ ")" -%}

with terms as (

    select * from {{ ref('int_renewals__terms') }}

),

covered_periods as (

    select * from {{ ref('canonical_covered_periods') }}
    where mrr > 0

),

successions as (

    select
        contract_key,
        min(started_at) as succeeded_at
    from {{ ref('int_renewals__successions') }}
    group by contract_key

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

-- Where nothing ran when the term was due, whoever came back has decided then.
run_on as (

    select
        terms.contract_key,
        terms.term_no,
        min(case
            when covered_periods.ended_at is null or covered_periods.ended_at > terms.due_at
                then greatest(covered_periods.started_at, terms.due_at)
        end) as decided_at,
        max(case when covered_periods.started_at < terms.due_at then least(coalesce(covered_periods.ended_at, terms.due_at), terms.due_at) end)
            as ran_until
    from terms
    inner join covered_periods
        on terms.customer_key = covered_periods.customer_key
        and terms.source_system = covered_periods.source_system
        and terms.subscription_id = covered_periods.subscription_id
    where terms.fate = 'run on'
    group by terms.contract_key, terms.term_no

),

decided as (

    select
        terms.contract_key,
        terms.customer_key,
        terms.source_system,
        terms.subscription_id,
        terms.term_no,
        terms.term_months,
        terms.term_started_at,
        terms.due_at,
        case
            when terms.fate != 'ended' then terms.fate
            when successions.succeeded_at is null then 'lost'
            else 'succeeded'
        end as fate,
        coalesce(
            run_on.decided_at, case when terms.fate = 'ended' then successions.succeeded_at end, terms.contract_ended_at
        ) as decided_at,
        -- What a term was worth is what ran last in it; of an open one, what runs.
        coalesce(run_on.ran_until, terms.contract_ended_at, {{ never }}) as ran_until,
        terms.churn_type
    from terms
    left join run_on
        on terms.contract_key = run_on.contract_key
        and terms.term_no = run_on.term_no
    left join successions
        on terms.contract_key = successions.contract_key

),

decisions as (

    select
        decided.contract_key,
        decided.customer_key,
        decided.source_system,
        decided.subscription_id,
        decided.term_no,
        decided.term_months,
        decided.term_started_at,
        decided.due_at,
        decided.fate,
        decided.decided_at,
        decided.ran_until,
        case when decided.fate = 'lost' then decided.churn_type end as churn_type,
        coalesce({{ reporting_day('decided.decided_at') }}, {{ reporting_day('as_of.as_of', is_moment=true) }}) as rate_date
    from decided
    cross join as_of

)

select * from decisions
