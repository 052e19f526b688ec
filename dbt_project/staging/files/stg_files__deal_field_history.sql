with source as (

    select * from {{ source('raw_files', 'deal_field_history') }}

),

renamed as (

    select
        deal_id,

        field,
        value,

        cast(changed_at as {{ dbt.type_timestamp() }}) as changed_at,

        row_number() over (
            partition by deal_id, field, changed_at
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
