-- Fails if a month's spend, impressions or clicks in fct_channel_spend aren't those of fct_ad_performance.
with ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

channel_spend as (

    select * from {{ ref('fct_channel_spend') }}

),

billed as (

    select
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as period_month,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from ad_performance
    group by cast({{ dbt.date_trunc('month', 'date_day') }} as date)

),

placed as (

    select
        period_month,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from channel_spend
    group by period_month

),

failures as (

    select
        coalesce(billed.period_month, placed.period_month) as period_month,
        billed.spend_reporting as billed,
        placed.spend_reporting as found
    from billed
    full outer join placed
        on billed.period_month = placed.period_month
    where
        billed.period_month is null
        or placed.period_month is null
        or coalesce(billed.spend_reporting, 0) <> coalesce(placed.spend_reporting, 0)
        or coalesce(billed.impressions, 0) <> coalesce(placed.impressions, 0)
        or coalesce(billed.clicks, 0) <> coalesce(placed.clicks, 0)

)

select * from failures
