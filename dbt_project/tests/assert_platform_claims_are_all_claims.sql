-- Fails if the conversions that a platform of the seed platform_conversion_types claims in fct_ad_performance aren't those
-- in fct_platform_claims (to 1e-6).
with platform_conversion_types as (

    select * from {{ ref('platform_conversion_types') }}

),

ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

platform_claims as (

    select * from {{ ref('fct_platform_claims') }}

),

both_sides as (

    select
        ad_performance.platform,
        ad_performance.platform_conversions as reported,
        0 as claimed
    from ad_performance
    inner join platform_conversion_types
        on ad_performance.platform = platform_conversion_types.platform
    union all
    select
        platform,
        0 as reported,
        claimed_conversions as claimed
    from platform_claims

),

failures as (

    select
        platform,
        sum(reported) as reported,
        sum(claimed) as claimed
    from both_sides
    group by platform
    having abs(coalesce(sum(reported), 0) - coalesce(sum(claimed), 0)) > 0.000001

)

select * from failures
