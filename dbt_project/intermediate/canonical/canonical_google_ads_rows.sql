with ad_rows as (

    select * from {{ ref('stg_google_ads__ad_daily') }}

),

campaign_rows as (

    select * from {{ ref('stg_google_ads__campaign_daily') }}

),

ads_by_campaign as (

    select
        account_id,
        campaign_id,
        date_day,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(spend) as spend,
        sum(platform_conversions) as platform_conversions,
        sum(platform_conversion_value) as platform_conversion_value
    from ad_rows
    group by account_id, campaign_id, date_day

),

remainders as (

    select
        campaign_rows.account_id,
        campaign_rows.campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_group_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        campaign_rows.date_day,
        coalesce(campaign_rows.impressions, 0) - coalesce(ads_by_campaign.impressions, 0) as impressions,
        coalesce(campaign_rows.clicks, 0) - coalesce(ads_by_campaign.clicks, 0) as clicks,
        coalesce(campaign_rows.spend, 0) - coalesce(ads_by_campaign.spend, 0) as spend,
        coalesce(campaign_rows.platform_conversions, 0)
        - coalesce(ads_by_campaign.platform_conversions, 0) as platform_conversions,
        coalesce(campaign_rows.platform_conversion_value, 0)
        - coalesce(ads_by_campaign.platform_conversion_value, 0) as platform_conversion_value
    from campaign_rows
    left join ads_by_campaign
        on campaign_rows.account_id = ads_by_campaign.account_id
        and campaign_rows.campaign_id = ads_by_campaign.campaign_id
        and campaign_rows.date_day = ads_by_campaign.date_day

),

all_rows as (

    select
        account_id, campaign_id, ad_group_id, ad_id, date_day, impressions, clicks, spend,
        platform_conversions, platform_conversion_value
    from ad_rows
    union all
    select * from remainders
    where impressions != 0 or clicks != 0 or spend != 0
        or abs(platform_conversions) > 0.000001 or abs(platform_conversion_value) > 0.000001

),

described as (

    select
        all_rows.*,
        customers.currency,
        customers.time_zone,
        campaigns.campaign_id is not null as has_campaign_record,
        'REMOVED' in (
            coalesce(campaigns.status, ''), coalesce(ad_groups.status, ''), coalesce(ads.status, '')
        ) as is_deleted
    from all_rows
    left join {{ ref('stg_google_ads__customers') }} as customers on all_rows.account_id = customers.account_id
    left join {{ ref('stg_google_ads__campaigns') }} as campaigns
        on all_rows.account_id = campaigns.account_id
        and all_rows.campaign_id = campaigns.campaign_id
    left join {{ ref('stg_google_ads__ad_groups') }} as ad_groups
        on all_rows.account_id = ad_groups.account_id
        and all_rows.ad_group_id = ad_groups.ad_group_id
    left join {{ ref('stg_google_ads__ads') }} as ads
        on all_rows.account_id = ads.account_id
        and all_rows.ad_group_id = ads.ad_group_id
        and all_rows.ad_id = ads.ad_id

)

select * from described
