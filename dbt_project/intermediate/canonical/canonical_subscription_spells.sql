{%- set never = "cast('9999-12-31' as " ~ dbt.type_timestamp() ~ ")" -%}

with covered_periods as (

    select * from {{ ref('canonical_covered_periods') }}
    where mrr > 0

),

starts as (

    select
        *,
        max(coalesce(covered_until, {{ never }})) over (
            partition by customer_key
            order by started_at asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from covered_periods

),

numbered as (

    select
        *,
        sum(case when started_at <= covered_before then 0 else 1 end) over (
            partition by customer_key
            order by started_at asc nulls last
        ) as spell_no
    from starts

),

-- The first of a spell is the paid period that ended last: its end is the spell's.
endings as (

    select
        *,
        row_number() over (
            partition by customer_key, spell_no
            order by ended_at desc nulls first, subscription_id asc nulls last, started_at asc nulls last
        ) as ending_no
    from numbered

),

spells as (

    select
        customer_key,
        cast(spell_no as integer) as spell_no,
        min(started_at) as started_at,
        max(case when ending_no = 1 then ended_at end) as ended_at,
        max(case when ending_no = 1 then subscription_id end) as last_subscription_id,
        max(case when ending_no = 1 then cancel_reason end) as cancel_reason,
        max(case when ending_no = 1 then churn_type end) as churn_type
    from endings
    group by customer_key, spell_no

),

described as (

    select
        *,
        coalesce({{ reporting_month('started_at') }} = {{ reporting_month('ended_at') }}, false) as is_within_month
    from spells

)

select * from described
