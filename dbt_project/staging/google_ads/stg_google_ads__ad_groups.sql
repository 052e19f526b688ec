with source as (

    select * from {{ source('raw_google_ads', 'ad_groups') }}

),

renamed as (

    select
        cast(customer_id as {{ dbt.type_string() }}) as account_id,
        cast(campaign_id as {{ dbt.type_string() }}) as campaign_id,
        cast(id as {{ dbt.type_string() }}) as ad_group_id,
        _source_account_id as source_account_id,

        name as ad_group_name,
        status,
        tracking_url_template,
        final_url_suffix,

        row_number() over (
            partition by customer_id, id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
