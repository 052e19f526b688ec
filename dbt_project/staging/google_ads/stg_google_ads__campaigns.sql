with source as (

    select * from {{ source('raw_google_ads', 'campaigns') }}

),

renamed as (

    select
        cast(customer_id as {{ dbt.type_string() }}) as account_id,
        cast(id as {{ dbt.type_string() }}) as campaign_id,
        _source_account_id as source_account_id,

        name as campaign_name,
        status,
        advertising_channel_type as channel_type,
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
