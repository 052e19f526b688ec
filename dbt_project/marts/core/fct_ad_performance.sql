with ad_performance as (

    select * from {{ ref('canonical_ad_performance') }}

),

described as (

    select
        date_day,
        source_system,
        platform,
        account_id,
        campaign_key,
        campaign_id,
        ad_group_id,
        ad_id,
        impressions,
        clicks,
        spend,
        currency,
        spend_reporting,
        platform_conversions,
        platform_conversion_value,
        platform_modelled_conversions
    from ad_performance

)

select * from described
