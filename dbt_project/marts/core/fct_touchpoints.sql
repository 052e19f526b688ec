with touchpoints as (

    select * from {{ ref('canonical_touchpoints') }}

),

touches as (

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
        campaign_key,
        touch_type,
        is_retargeting,
        content_type,
        content_name,
        activity_key
    from touchpoints

)

select * from touches
