with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

google_ads_rows as (

    select * from {{ ref('canonical_google_ads_rows') }}

),

file_rows as (

    select
        'files' as source_system,
        date_day,
        lower(trim(platform)) as platform,
        account_id,
        campaign_id,
        ad_group_id,
        ad_id,
        currency,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(spend) as spend,
        sum(platform_conversions) as platform_conversions,
        sum(platform_conversion_value) as platform_conversion_value,
        sum(platform_modelled_conversions) as platform_modelled_conversions,
        cast(null as {{ dbt.type_string() }}) as time_zone,
        true as has_campaign_record,
        false as is_deleted
    from {{ ref('stg_files__ad_performance') }}
    group by date_day, lower(trim(platform)), account_id, campaign_id, ad_group_id, ad_id, currency

),

supplied as (

    select
        'google_ads' as source_system, date_day, 'google_ads' as platform, account_id, campaign_id, ad_group_id,
        ad_id, currency, impressions, clicks, spend, platform_conversions, platform_conversion_value,
        cast(null as double) as platform_modelled_conversions, time_zone, has_campaign_record, is_deleted
    from google_ads_rows
    union all
    select * from file_rows

),

priced as (

    select
        supplied.source_system,
        supplied.date_day,
        supplied.platform,
        supplied.account_id,
        {{ surrogate_key(['supplied.platform', 'supplied.account_id', 'supplied.campaign_id']) }} as campaign_key,
        supplied.campaign_id,
        supplied.ad_group_id,
        supplied.ad_id,
        cast(supplied.impressions as bigint) as impressions,
        cast(supplied.clicks as bigint) as clicks,
        cast(supplied.spend as decimal(24, 6)) as spend,
        {{ currency_or_reporting('supplied.currency') }} as currency,
        {{ to_reporting('supplied.spend', currency_or_reporting('supplied.currency'), 'supplied.date_day') }}
            as spend_reporting,
        supplied.platform_conversions,
        cast(supplied.platform_conversion_value as decimal(24, 6)) as platform_conversion_value,
        supplied.platform_modelled_conversions,
        supplied.time_zone,
        supplied.has_campaign_record,
        supplied.is_deleted
    from supplied
    cross join as_of
    {{ exchange_rate_join(
        ref('canonical_exchange_rates'), currency_or_reporting('supplied.currency'), 'supplied.date_day'
    ) }}
    where supplied.date_day < as_of.as_of_date

)

select * from priced
