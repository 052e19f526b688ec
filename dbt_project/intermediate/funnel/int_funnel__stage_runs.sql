with history as (

    select * from {{ ref('canonical_lifecycle_history') }}

),

entries as (

    select
        person_key,
        stage,
        stage_order,
        entered_at,
        row_number() over (
            partition by person_key
            order by
                entered_at asc nulls last, stage_order asc nulls last, stage desc nulls last,
                source_system asc nulls last, contact_id asc nulls last
        ) as entry_no
    from history
    where person_key is not null

),

with_previous as (

    select
        *,
        lag(stage) over (partition by person_key order by entry_no asc nulls last) as previous_stage
    from entries

),

runs as (

    select
        person_key,
        row_number() over (partition by person_key order by entry_no asc nulls last) as run_no,
        stage,
        stage_order,
        entered_at,
        row_number() over (partition by person_key order by entry_no desc nulls last) = 1 as is_current
    from with_previous
    where coalesce(previous_stage != stage, true)

)

select * from runs
