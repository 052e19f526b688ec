with source as (

    select * from {{ source('raw_google_ads', 'ads') }}

),

renamed as (

    select
        cast(customer_id as {{ dbt.type_string() }}) as account_id,
        cast(ad_group_id as {{ dbt.type_string() }}) as ad_group_id,
        cast(id as {{ dbt.type_string() }}) as ad_id,
        _source_account_id as source_account_id,

        name as ad_name,
        status,
        cast(final_urls as {{ dbt.type_string() }}) as final_urls,
        tracking_url_template,
        final_url_suffix,

        row_number() over (
            partition by customer_id, ad_group_id, id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
