with step_events as (

    select * from {{ ref('int_funnel__events') }}

),

-- Every event stands once as the end of its own step and once as the entry that the step before it waits for, so that
-- one running minimum finds all next steps whatever their number, without joining a person's events to each other.
ends_and_entries as (

    select
        *,
        step_no as from_step_no,
        0 as is_entry
    from step_events
    union all
    select
        *,
        step_no - 1 as from_step_no,
        1 as is_entry
    from step_events
    where step_no > 1

),

with_next as (

    select
        *,
        min(case when is_entry = 1 then occurred_at end) over (
            partition by funnel, person_key, from_step_no
            order by occurred_at desc nulls last, is_entry desc nulls last
            rows between unbounded preceding and current row
        ) as next_entered_at
    from ends_and_entries

),

next_steps as (

    select
        funnel,
        person_key,
        step_no,
        occurred_at,
        event_id,
        segment,
        next_entered_at
    from with_next
    where is_entry = 0

)

select * from next_steps
