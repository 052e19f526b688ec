with source as (

    select * from {{ source('raw_hubspot', 'associations') }}

),

renamed as (

    select
        from_id,
        to_id,
        type_id,
        _source_account_id as source_account_id,

        from_type,
        to_type,
        category,
        label,

        row_number() over (
            partition by from_type, from_id, to_type, to_id, type_id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
