with source as (

    select * from {{ source('raw_files', 'consents') }}

),

renamed as (

    select
        email,
        purpose,
        status,
        channel,
        legal_basis,
        jurisdiction,

        cast(recorded_at as {{ dbt.type_timestamp() }}) as recorded_at,

        row_number() over (
            partition by email, purpose, recorded_at, status
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
