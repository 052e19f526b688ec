with

credits as (
    select * from {{ ref('fct_attribution_credits') }}
),

channel_spend as (
    select * from {{ ref('fct_channel_spend') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

models_and_types as (
    select
        model,
        conversion_type,
        count(credited_value_reporting) > 0 as has_value
    from credits
    group by model, conversion_type
),

-- Credits add up as decimals, whose sum is the same in any order, so that a second run doesn't differ in the last bit.
earned as (
    select
        model,
        conversion_type,
        {{ reporting_month('converted_at') }} as period_month,
        channel,
        campaign_key,
        sum(cast(credit as decimal(38, 15))) as conversions,
        sum(credited_value_reporting) as value_reporting,
        cast(null as decimal(24, 6)) as spend_reporting
    from credits
    group by model, conversion_type, {{ reporting_month('converted_at') }}, channel, campaign_key
),

spent as (
    select
        models_and_types.model,
        models_and_types.conversion_type,
        channel_spend.period_month,
        channel_spend.channel,
        channel_spend.campaign_key,
        cast(0 as decimal(38, 15)) as conversions,
        cast(case when models_and_types.has_value then 0 end as decimal(38, 12)) as value_reporting,
        channel_spend.spend_reporting
    from channel_spend
    cross join models_and_types
),

earned_and_spent as (
    select * from earned
    union all
    select * from spent
),

summed as (
    select
        model,
        conversion_type,
        period_month,
        channel,
        campaign_key,
        cast(sum(conversions) as double) as conversions,
        cast(sum(value_reporting) as decimal(24, 6)) as value_reporting,
        cast(sum(spend_reporting) as decimal(24, 6)) as spend_reporting
    from earned_and_spent
    group by model, conversion_type, period_month, channel, campaign_key
),

channel_performance as (
    select
        summed.model,
        summed.conversion_type,
        summed.period_month,
        summed.channel,
        summed.campaign_key,
        campaigns.campaign_id,
        summed.conversions,
        summed.value_reporting,
        summed.spend_reporting,
        cast(cast(summed.spend_reporting as double) / nullif(summed.conversions, 0) as decimal(24, 6)) as cost_per_conversion,
        cast(summed.value_reporting as double) / nullif(cast(summed.spend_reporting as double), 0) as return_on_ad_spend
    from summed
    left join campaigns
        on summed.campaign_key = campaigns.campaign_key
    order by
        summed.model,
        summed.conversion_type,
        summed.period_month,
        summed.channel nulls first,
        summed.campaign_key nulls first
)

select * from channel_performance
