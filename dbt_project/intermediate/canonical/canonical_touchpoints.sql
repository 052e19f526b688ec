{{ config(materialized='view') }}

with all_touchpoints as (

    select * from {{ ref('canonical_all_touchpoints') }}

),

kept as (

    select
        touchpoint_key,
        touchpoint_id,
        source_system,
        person_key,
        occurred_at,
        channel,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        click_id,
        campaign_key,
        touch_type,
        is_retargeting,
        content_type,
        content_name,
        activity_key
    from all_touchpoints
    where excluded_by is null

)

select * from kept
