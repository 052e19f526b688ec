with source as (

    select * from {{ source('raw_hubspot', 'property_history') }}

),

renamed as (

    select
        object_id,
        source_id,
        _source_account_id as source_account_id,

        object_type,
        property_name,
        value,
        source_type,

        cast(changed_at as {{ dbt.type_timestamp() }}) as changed_at,

        row_number() over (
            partition by object_type, object_id, property_name, changed_at, value
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
