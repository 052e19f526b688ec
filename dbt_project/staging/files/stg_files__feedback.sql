with source as (

    select * from {{ source('raw_files', 'feedback') }}

),

renamed as (

    select
        response_id,
        customer_id,

        survey_type,

        cast(score as decimal(24, 6)) as score,

        cast(responded_at as {{ dbt.type_timestamp() }}) as responded_at,

        row_number() over (
            partition by response_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
