with source as (

    select * from {{ source('raw_files', 'deal_contacts') }}

),

renamed as (

    select
        deal_id,
        contact_id,

        role,

        is_primary,

        row_number() over (
            partition by deal_id, contact_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
