{{ config(materialized='view') }}

with records as (

    select * from {{ ref('canonical_touchpoint_records') }}

),

channels as (

    select * from {{ ref('canonical_touchpoint_channels') }}

),

campaigns as (

    select * from {{ ref('canonical_campaigns') }}
    where is_ad

),

-- An id that several accounts or platforms gave out names none of their campaigns, and isn't looked for among names.
campaigns_by_id as (

    select
        campaign_id,
        case when count(*) = 1 then min(campaign_key) end as campaign_key
    from campaigns
    group by campaign_id

),

campaigns_by_name as (

    select
        lower(trim(campaign_name)) as campaign_name,
        min(campaign_key) as campaign_key
    from campaigns
    group by lower(trim(campaign_name))
    having count(*) = 1

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
        case
            when campaigns_by_id.campaign_id is null then campaigns_by_name.campaign_key
            else campaigns_by_id.campaign_key
        end as campaign_key,
        records.touch_type,
        records.is_retargeting,
        records.content_type,
        records.content_name
    from records
    left join channels
        on records.source_system = channels.source_system
        and records.touchpoint_id = channels.touchpoint_id
    left join campaigns_by_id on trim(records.given_utm_campaign) = campaigns_by_id.campaign_id
    left join campaigns_by_name on records.utm_campaign = campaigns_by_name.campaign_name
    {{ person_joins('records') }}

)

select * from web_touches
