-- Fails if a model and conversion_type have other conversions, value (to the cent) or spend over all months in
-- fct_channel_performance_by_touch_month than in fct_channel_performance.
with by_conversion as (

    select * from {{ ref('fct_channel_performance') }}

),

by_touch as (

    select * from {{ ref('fct_channel_performance_by_touch_month') }}

),

both_sides as (

    select model, conversion_type, channel, campaign_key, conversions, value_reporting, spend_reporting
    from by_conversion
    union all
    select model, conversion_type, channel, campaign_key, -conversions, -value_reporting, -spend_reporting
    from by_touch

),

failures as (

    select
        model,
        conversion_type,
        channel,
        campaign_key,
        sum(conversions) as conversions_missing,
        sum(value_reporting) as value_missing,
        sum(spend_reporting) as spend_missing
    from both_sides
    group by model, conversion_type, channel, campaign_key
    having
        abs(sum(conversions)) > 0.000001
        or abs(coalesce(sum(value_reporting), 0)) > 0.01
        or coalesce(sum(spend_reporting), 0) != 0

)

select * from failures
