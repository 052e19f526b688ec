with campaigns as (

    select * from {{ ref('canonical_campaign_records') }}

),

channel_types as (

    select * from {{ ref('ad_channel_types') }}

),

signatures as (

    select
        campaigns.platform,
        campaigns.account_id,
        campaigns.campaign_id,
        coalesce(lower(trim(coalesce(campaigns.utm_source, exact.utm_source, fallback.utm_source))), '') as utm_source,
        coalesce(lower(trim(coalesce(campaigns.utm_medium, exact.utm_medium, fallback.utm_medium))), '') as utm_medium,
        coalesce(lower(trim(campaigns.utm_campaign)), '') as utm_campaign,
        '' as referrer_host
    from campaigns
    left join channel_types as exact
        on campaigns.platform = exact.platform
        and upper(campaigns.channel_type) = upper(exact.channel_type)
    left join channel_types as fallback
        on campaigns.platform = fallback.platform
        and fallback.channel_type is null
    where campaigns.given_channel is null

),

described as (

    select * from signatures
    where utm_source != '' or utm_medium != '' or utm_campaign != ''

)

select * from described
