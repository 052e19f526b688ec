-- Fails if a paid stretch of a subscription begins before an earlier one of it has ended: both are added to its revenue.
{{ config(severity='warn') }}

with periods as (

    select
        source_system,
        subscription_id,
        started_at,
        lead(started_at) over (
            partition by source_system, subscription_id
            order by started_at asc nulls last
        ) as next_started_at,
        ended_at
    from {{ ref('canonical_covered_periods') }}

)

select * from periods
where next_started_at < ended_at
    or (next_started_at is not null and ended_at is null)
