{%- set never = "cast('9999-12-31' as " ~ dbt.type_timestamp() ~ ")" -%}
{%- set subscription = 'partition by customer_key, source_system, subscription_id order by started_at asc nulls last' -%}

with covered_periods as (

    select
        *,
        -- A term of no months would be due again and again at once.
        greatest(interval_months, 1) as term_months
    from {{ ref('canonical_covered_periods') }}
    -- A credit covers nothing.
    where mrr > 0

),

stretches as (

    select
        *,
        lag(term_months) over ({{ subscription }}) as previous_term_months,
        max(coalesce(ended_at, {{ never }})) over (
            {{ subscription }} rows between unbounded preceding and 1 preceding
        ) as ran_until
    from covered_periods

),

-- Who comes back after too long, or is paid for by another term, begins a contract.
numbered as (

    select
        *,
        sum(case
            when
                term_months = previous_term_months
                and ran_until >= {{ dbt.dateadd('day', -1 * var('subscription_gap_days'), 'started_at') }}
                then 0
            else 1
        end) over ({{ subscription }}) as contract_no
    from stretches

),

endings as (

    select
        *,
        row_number() over (
            partition by customer_key, source_system, subscription_id, contract_no
            order by ended_at desc nulls first, started_at desc nulls last
        ) as ending_no
    from numbered

),

contracts as (

    select
        customer_key,
        source_system,
        subscription_id,
        contract_no,
        min(term_months) as term_months,
        min(started_at) as started_at,
        max(case when ending_no = 1 then ended_at end) as last_ended_at,
        max(case when ending_no = 1 then churn_type end) as churn_type
    from endings
    group by customer_key, source_system, subscription_id, contract_no

),

-- A contract ends when the subscription's next begins, even if its last stretch overlaps that.
parted as (

    select
        {{ surrogate_key(['customer_key', 'source_system', 'subscription_id', 'started_at']) }} as contract_key,
        customer_key,
        source_system,
        subscription_id,
        cast(term_months as integer) as term_months,
        started_at,
        case
            when lead(started_at) over ({{ subscription }}) < coalesce(last_ended_at, {{ never }})
                then lead(started_at) over ({{ subscription }})
            else last_ended_at
        end as ended_at,
        churn_type
    from contracts

)

select * from parted
