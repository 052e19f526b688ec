with source as (

    select * from {{ source('raw_files', 'activities') }}

),

renamed as (

    select
        activity_id,
        contact_id,
        deal_id,

        type as activity_type,
        direction,
        prospecting,
        owner,
        outcome,

        cast(occurred_at as {{ dbt.type_timestamp() }}) as occurred_at,

        row_number() over (
            partition by activity_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
