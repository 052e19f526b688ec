{{ config(materialized='view') }}

with events as (

    select * from {{ ref('canonical_all_email_events') }}

),

email_touches as (

    select
        {{ dbt.concat(["'email:'", 'event_id']) }} as touchpoint_id,
        source_system,
        person_key,
        occurred_at,
        'email' as channel,
        campaign_key,
        'email_click' as touch_type
    from events
    where event_type = 'click' and not is_machine

)

select * from email_touches
