with credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

channel_spend as (

    select * from {{ ref('fct_channel_spend') }}

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

)

select * from earned_and_spent
