with source as (

    select * from {{ source('raw_hubspot', 'owners') }}

),

renamed as (

    select
        id as owner_id,
        user_id,
        _source_account_id as source_account_id,

        email,
        first_name,
        last_name,

        archived as is_archived,

        cast(created_at as {{ dbt.type_timestamp() }}) as created_at,
        cast(updated_at as {{ dbt.type_timestamp() }}) as updated_at,

        row_number() over (
            partition by id
            order by updated_at desc nulls last, _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
