with source as (

    select * from {{ source('raw_google_ads', 'customers') }}

),

renamed as (

    select
        cast(id as {{ dbt.type_string() }}) as account_id,
        _source_account_id as source_account_id,

        descriptive_name as account_name,
        currency_code as currency,
        time_zone,

        row_number() over (
            partition by id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
