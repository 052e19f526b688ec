with platform_conversion_types as (

    select * from {{ ref('platform_conversion_types') }}

),

ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

claimed as (

    select
        platform_conversion_types.platform,
        cast({{ dbt.date_trunc('month', 'ad_performance.date_day') }} as date) as period_month,
        platform_conversion_types.conversion_type,
        true as is_reported,
        cast(ad_performance.platform_conversions as decimal(38, 15)) as claimed_conversions,
        cast(ad_performance.platform_modelled_conversions as decimal(38, 15)) as claimed_modelled_conversions,
        cast(0 as decimal(38, 15)) as attributed_conversions
    from ad_performance
    inner join platform_conversion_types
        on ad_performance.platform = platform_conversion_types.platform

),

attributed as (

    select
        platform_conversion_types.platform,
        {{ reporting_month('credits.converted_at') }} as period_month,
        platform_conversion_types.conversion_type,
        false as is_reported,
        cast(null as decimal(38, 15)) as claimed_conversions,
        cast(null as decimal(38, 15)) as claimed_modelled_conversions,
        cast(credits.credit as decimal(38, 15)) as attributed_conversions
    from credits
    inner join campaigns
        on credits.campaign_key = campaigns.campaign_key
    inner join platform_conversion_types
        on campaigns.platform = platform_conversion_types.platform
        and credits.conversion_type = platform_conversion_types.conversion_type
    where credits.model = 'last_touch'

),

claimed_and_attributed as (

    select * from claimed
    union all
    select * from attributed

),

-- Whoever reports days without conversions keeps silent on them; whoever reports no day claims none.
summed as (

    select
        platform,
        period_month,
        conversion_type,
        case when count(case when is_reported then 1 end) = 0 then 0 else cast(sum(claimed_conversions) as double) end
            as claimed_conversions,
        cast(sum(claimed_modelled_conversions) as double) as claimed_modelled_conversions,
        cast(sum(attributed_conversions) as double) as attributed_conversions
    from claimed_and_attributed
    group by platform, period_month, conversion_type

),

platform_claims as (

    select
        *,
        claimed_conversions / nullif(attributed_conversions, 0) as overclaim_ratio
    from summed
    order by platform, period_month, conversion_type

)

select * from platform_claims
