-- Fails if a month's spend, impressions or clicks in fct_channel_spend, or the spend that fct_channel_performance repeats
-- for each model and conversion type, aren't those of fct_ad_performance.
with

ad_performance as (
    select * from {{ ref('fct_ad_performance') }}
),

channel_spend as (
    select * from {{ ref('fct_channel_spend') }}
),

channel_performance as (
    select * from {{ ref('fct_channel_performance') }}
),

credits as (
    select * from {{ ref('fct_attribution_credits') }}
),

models_and_types as (
    select distinct
        model,
        conversion_type
    from credits
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

repeated as (
    select
        model,
        conversion_type,
        period_month,
        sum(spend_reporting) as spend_reporting
    from channel_performance
    group by model, conversion_type, period_month
),

failures as (
    select
        'fct_channel_spend' as mart,
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
    union all
    select
        'fct_channel_performance' as mart,
        billed.period_month,
        billed.spend_reporting as billed,
        repeated.spend_reporting as found
    from billed
    cross join models_and_types
    left join repeated
        on
            billed.period_month = repeated.period_month
            and models_and_types.model = repeated.model
            and models_and_types.conversion_type = repeated.conversion_type
    where coalesce(billed.spend_reporting, 0) <> coalesce(repeated.spend_reporting, 0)
)

select * from failures
