with credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

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
credited as (

    select
        credits.model,
        credits.conversion_type,
        {{ reporting_month('credits.converted_at') }} as conversion_month,
        coalesce({{ reporting_month('touchpoints.occurred_at') }}, {{ reporting_month('credits.converted_at') }}) as touch_month,
        credits.channel,
        credits.campaign_key,
        sum(cast(credits.credit as decimal(38, 15))) as conversions,
        sum(credits.credited_value_reporting) as value_reporting
    from credits
    left join touchpoints
        on credits.touchpoint_key = touchpoints.touchpoint_key
    group by
        credits.model,
        credits.conversion_type,
        {{ reporting_month('credits.converted_at') }},
        coalesce({{ reporting_month('touchpoints.occurred_at') }}, {{ reporting_month('credits.converted_at') }}),
        credits.channel,
        credits.campaign_key

),

earned as (

    select 'conversion' as month_of, model, conversion_type, conversion_month as period_month, channel, campaign_key,
        conversions, value_reporting, cast(null as decimal(24, 6)) as spend_reporting
    from credited
    union all
    select 'touch' as month_of, model, conversion_type, touch_month as period_month, channel, campaign_key,
        conversions, value_reporting, cast(null as decimal(24, 6)) as spend_reporting
    from credited

),

spent as (

    select
        bases.month_of,
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
    cross join (select 'conversion' as month_of union all select 'touch' as month_of) as bases

),

earned_and_spent as (

    select * from earned
    union all
    select * from spent

)

select * from earned_and_spent
