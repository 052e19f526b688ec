with source as (

    select * from {{ source('raw_files', 'contacts') }}

),

renamed as (

    select
        contact_id,
        company_id,

        email,
        first_name,
        last_name,
        lifecycle_stage,
        lead_source,
        self_reported_source,
        owner,
        country,
        segment,

        is_opted_out,

        cast(created_at as {{ dbt.type_timestamp() }}) as created_at,
        cast(updated_at as {{ dbt.type_timestamp() }}) as updated_at,

        row_number() over (
            partition by contact_id
            order by updated_at desc nulls last, _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
