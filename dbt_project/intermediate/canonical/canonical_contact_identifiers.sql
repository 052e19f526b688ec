with identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind = 'contact'

),

contact_identifiers as (

    select
        source_system,
        identifier as contact_id,
        person_key
    from identifiers

)

select * from contact_identifiers
