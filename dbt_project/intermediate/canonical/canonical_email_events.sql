{{ config(materialized='view') }}

with all_email_events as (

    select * from {{ ref('canonical_all_email_events') }}

),

kept as (

    select
        source_system,
        event_id,
        campaign_key,
        campaign_id,
        person_key,
        event_type,
        occurred_at,
        url,
        is_machine
    from all_email_events
    where excluded_by is null

)

select * from kept
