with contacts as (

    select * from {{ ref('canonical_contacts') }}

),

named as (

    select * from {{ ref('canonical_person_references') }}
    where kind = 'contact'

),

unlisted as (

    select
        named.source_system,
        named.identifier as contact_id,
        coalesce(
            elsewhere.person_key,
            {{ surrogate_key(["'contact'", 'named.source_system', 'named.identifier']) }}
        ) as person_key
    from named
    left join contacts as listed
        on named.source_system = listed.source_system
        and named.identifier = listed.contact_id
    left join contacts as elsewhere
        on named.source_system != elsewhere.source_system
        and named.identifier = elsewhere.contact_id
    where listed.contact_id is null

),

identifiers as (

    select source_system, contact_id, person_key from contacts
    union all
    select source_system, contact_id, person_key from unlisted

)

select * from identifiers
