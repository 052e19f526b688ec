with source as (

    select * from {{ source('raw_google_ads', 'campaign_daily') }}

),

renamed as (

    select
        cast(customer_id as {{ dbt.type_string() }}) as account_id,
        cast(campaign_id as {{ dbt.type_string() }}) as campaign_id,
        _source_account_id as source_account_id,

        impressions,
        clicks,
        cast(cast(cost_micros as decimal(24, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(24, 6)) as spend,
        cast(conversions as double) as platform_conversions,
        cast(conversions_value as decimal(24, 6)) as platform_conversion_value,

        date as date_day,

        row_number() over (
            partition by customer_id, campaign_id, date
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
