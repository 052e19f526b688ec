with touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

touched_campaigns as (

    select distinct campaign_key from touchpoints

),

spent as (

    select
        campaign_key,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(spend_reporting) as decimal(24, 6)) as spend_reporting
    from ad_performance
    group by campaign_key

),

findings as (

    select
        'touchpoints_without_campaign' as issue,
        utm_source,
        utm_medium,
        utm_campaign,
        cast(null as {{ dbt.type_string() }}) as campaign_key,
        cast(null as {{ dbt.type_string() }}) as campaign_id,
        channel,
        count(*) as touchpoints,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        cast(null as bigint) as clicks,
        cast(null as decimal(24, 6)) as spend_reporting
    from touchpoints
    where campaign_key is null and trim(utm_campaign) != ''
    group by utm_source, utm_medium, utm_campaign, channel
    union all
    select
        'campaign_without_touchpoints', null, null, null, campaigns.campaign_key, campaigns.campaign_id, campaigns.channel,
        0, null, null, spent.clicks, spent.spend_reporting
    from spent
    inner join campaigns on spent.campaign_key = campaigns.campaign_key
    left join touched_campaigns on spent.campaign_key = touched_campaigns.campaign_key
    where touched_campaigns.campaign_key is null
        and (spent.clicks > 0 or spent.spend_reporting > 0)

),

utm_audit as (

    select * from findings
    order by
        issue,
        utm_source nulls first,
        utm_medium nulls first,
        utm_campaign nulls first,
        channel,
        campaign_key nulls first

)

select * from utm_audit
