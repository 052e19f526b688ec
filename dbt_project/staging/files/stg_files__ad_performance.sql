with source as (

    select * from {{ source('raw_files', 'ad_performance') }}

),

renamed as (

    select
        account_id,
        campaign_id,
        ad_group_id,
        ad_id,

        platform,
        campaign_name,
        currency,
        utm_source,
        utm_medium,
        utm_campaign,
        channel,

        impressions,
        clicks,
        cast(spend as decimal(24, 6)) as spend,
        cast(conversions as double) as platform_conversions,
        cast(conversion_value as decimal(24, 6)) as platform_conversion_value,
        cast(modelled_conversions as double) as platform_modelled_conversions,

        is_retargeting,

        date_day,

        dense_rank() over (
            partition by lower(trim(platform)), account_id, campaign_id, ad_group_id, ad_id, date_day
            order by _source_file desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
