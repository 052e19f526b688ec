with performance as (

    select * from {{ ref('int_attribution__performance') }}

),

channel_performance_by_touch_month as (

    select
        model,
        conversion_type,
        period_month,
        channel,
        campaign_key,
        campaign_id,
        conversions,
        value_reporting,
        spend_reporting,
        cost_per_conversion,
        return_on_ad_spend
    from performance
    where month_of = 'touch'
    order by model, conversion_type, period_month, channel nulls first, campaign_key nulls first

)

select * from channel_performance_by_touch_month
