with source as (

    select * from {{ source('raw_hubspot', 'companies') }}

),

renamed as (

    select
        id as company_id,
        _source_account_id as source_account_id,

        name,
        domain,
        industry,
        country,
        segment,

        numberofemployees as employee_count,

        archived as is_archived,

        cast(createdate as {{ dbt.type_timestamp() }}) as created_at,
        cast(hs_lastmodifieddate as {{ dbt.type_timestamp() }}) as updated_at,
        cast(archived_at as {{ dbt.type_timestamp() }}) as archived_at,

        row_number() over (
            partition by id
            order by hs_lastmodifieddate desc nulls last, _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
