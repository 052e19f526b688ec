with source as (

    select * from {{ source('raw_files', 'identities') }}

),

renamed as (

    select
        anonymous_id,
        contact_id,

        email,

        cast(seen_at as {{ dbt.type_timestamp() }}) as seen_at,

        row_number() over (
            partition by anonymous_id, contact_id, email, seen_at
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
