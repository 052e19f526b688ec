with earned_and_spent as (

    select * from {{ ref('int_attribution__earned_and_spent') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

summed as (

    select
        month_of,
        model,
        conversion_type,
        period_month,
        channel,
        campaign_key,
        cast(sum(conversions) as double) as conversions,
        -- Spend brings a value of 0; beside conversions whose value nobody knows, it would pass for their value.
        case
            when sum(conversions) = 0 or count(case when conversions > 0 then value_reporting end) > 0
                then cast(sum(value_reporting) as decimal(24, 6))
        end as value_reporting,
        cast(sum(spend_reporting) as decimal(24, 6)) as spend_reporting
    from earned_and_spent
    group by month_of, model, conversion_type, period_month, channel, campaign_key

),

performance as (

    select
        summed.month_of,
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

)

select * from performance
