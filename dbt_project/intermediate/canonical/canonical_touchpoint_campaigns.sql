with records as (

    select * from {{ ref('canonical_touchpoint_records') }}
    where utm_campaign != '' or click_id is not null

),

campaigns as (

    select * from {{ ref('canonical_campaigns') }}
    where is_ad

),

clicks as (

    select * from {{ ref('canonical_ad_clicks') }}

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

campaigns_by_tag as (

    select
        utm_campaign,
        min(campaign_key) as campaign_key
    from {{ ref('canonical_ad_campaign_tags') }}
    group by utm_campaign
    having count(*) = 1

),

named as (

    select
        records.source_system,
        records.touchpoint_id,
        coalesce(
            clicks.campaign_key,
            case
                when campaigns_by_id.campaign_id is not null then campaigns_by_id.campaign_key
                else coalesce(campaigns_by_name.campaign_key, campaigns_by_tag.campaign_key)
            end
        ) as campaign_key
    from records
    left join clicks on records.click_id = clicks.click_id
    left join campaigns_by_id on trim(records.given_utm_campaign) = campaigns_by_id.campaign_id
    left join campaigns_by_name on records.utm_campaign = campaigns_by_name.campaign_name
    left join campaigns_by_tag on records.utm_campaign = campaigns_by_tag.utm_campaign

),

found as (

    select
        named.source_system,
        named.touchpoint_id,
        named.campaign_key,
        campaigns.is_retargeting
    from named
    inner join campaigns on named.campaign_key = campaigns.campaign_key

)

select * from found
