with ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

channel_spend as (

    select
        cast({{ dbt.date_trunc('month', 'ad_performance.date_day') }} as date) as period_month,
        coalesce(campaigns.channel, 'unknown') as channel,
        ad_performance.campaign_key,
        campaigns.campaign_id,
        cast(sum(ad_performance.spend_reporting) as decimal(24, 6)) as spend_reporting,
        cast(sum(ad_performance.impressions) as bigint) as impressions,
        cast(sum(ad_performance.clicks) as bigint) as clicks
    from ad_performance
    left join campaigns
        on ad_performance.campaign_key = campaigns.campaign_key
    group by
        cast({{ dbt.date_trunc('month', 'ad_performance.date_day') }} as date),
        coalesce(campaigns.channel, 'unknown'),
        ad_performance.campaign_key,
        campaigns.campaign_id
    order by period_month, channel, campaign_key nulls first

)

select * from channel_spend
