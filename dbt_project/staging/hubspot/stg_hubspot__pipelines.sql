with source as (

    select * from {{ source('raw_hubspot', 'pipelines') }}

),

renamed as (

    select
        id as pipeline_id,
        _source_account_id as source_account_id,

        object_type,
        label,
        cast(stages as {{ dbt.type_string() }}) as stages,

        display_order,

        archived as is_archived,

        row_number() over (
            partition by object_type, id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
