with source as (

    select * from {{ source('raw_google_ads', 'click_views') }}

),

-- The ad's name is customers/<account>/adGroupAds/<ad group>~<ad>.
renamed as (

    select
        gclid as click_id,
        cast(customer_id as {{ dbt.type_string() }}) as account_id,
        cast(campaign_id as {{ dbt.type_string() }}) as campaign_id,
        nullif({{ dbt.split_part(dbt.split_part('ad_group_ad', "'adGroupAds/'", 2), "'~'", 1) }}, '') as ad_group_id,
        nullif({{ dbt.split_part('ad_group_ad', "'~'", 2) }}, '') as ad_id,
        _source_account_id as source_account_id,

        date as date_day,

        row_number() over (
            partition by customer_id, date, campaign_id, ad_group_ad, gclid
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
