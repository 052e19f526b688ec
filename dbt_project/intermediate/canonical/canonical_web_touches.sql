{{ config(materialized='view') }}

with records as (

    select * from {{ ref('canonical_touchpoint_records') }}

),

channels as (

    select * from {{ ref('canonical_touchpoint_channels') }}

),

touchpoint_campaigns as (

    select * from {{ ref('canonical_touchpoint_campaigns') }}

),

web_touches as (

    select
        records.touchpoint_id,
        records.source_system,
        {{ person_of('records') }} as person_key,
        records.occurred_at,
        coalesce(records.given_channel, channels.channel, 'unknown') as channel,
        records.given_utm_source as utm_source,
        records.given_utm_medium as utm_medium,
        records.given_utm_campaign as utm_campaign,
        records.utm_content,
        records.utm_term,
        records.click_id,
        touchpoint_campaigns.campaign_key,
        records.touch_type,
        records.is_retargeting or coalesce(touchpoint_campaigns.is_retargeting, false) as is_retargeting,
        records.content_type,
        records.content_name
    from records
    left join channels
        on records.source_system = channels.source_system
        and records.touchpoint_id = channels.touchpoint_id
    left join touchpoint_campaigns
        on records.source_system = touchpoint_campaigns.source_system
        and records.touchpoint_id = touchpoint_campaigns.touchpoint_id
    {{ person_joins('records') }}

)

select * from web_touches
