with source as (

    select * from {{ source('raw_files', 'companies') }}

),

renamed as (

    select
        company_id,

        name,
        domain,
        industry,
        country,
        segment,

        employee_count,

        cast(created_at as {{ dbt.type_timestamp() }}) as created_at,

        row_number() over (
            partition by company_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
