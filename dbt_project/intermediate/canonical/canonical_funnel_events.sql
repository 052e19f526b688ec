{{ config(materialized='view') }}

with all_funnel_events as (

    select * from {{ ref('canonical_all_funnel_events') }}

),

kept as (

    select
        event_id,
        source_system,
        person_key,
        occurred_at,
        known_at,
        event_name,
        segment,
        value,
        currency
    from all_funnel_events
    where excluded_by is null

)

select * from kept
