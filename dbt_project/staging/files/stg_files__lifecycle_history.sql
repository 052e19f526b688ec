with source as (

    select * from {{ source('raw_files', 'lifecycle_history') }}

),

renamed as (

    select
        contact_id,

        stage,

        cast(entered_at as {{ dbt.type_timestamp() }}) as entered_at,

        row_number() over (
            partition by contact_id, stage, entered_at
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
