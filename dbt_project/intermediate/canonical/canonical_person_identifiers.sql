with contact_identifiers as (

    select * from {{ ref('canonical_contact_identifiers') }}

),

named as (

    select * from {{ ref('canonical_person_references') }}

),

sightings as (

    select
        identities.anonymous_id,
        coalesce({{ person_of_email('identities.email') }}, contact_identifiers.person_key) as person_key,
        identities.seen_at,
        row_number() over (
            partition by identities.anonymous_id
            order by
                identities.seen_at,
                {{ normalised_email('identities.email') }} nulls last,
                identities.contact_id nulls last
        ) as sighting_no
    from {{ ref('stg_files__identities') }} as identities
    cross join {{ ref('canonical_as_of') }} as as_of
    left join contact_identifiers
        on contact_identifiers.source_system = 'files'
        and identities.contact_id = contact_identifiers.contact_id
    where identities.seen_at <= as_of.as_of

),

emails as (

    select source_system, email as identifier
    from {{ ref('canonical_contacts') }}
    where email is not null
    union
    select source_system, identifier
    from named
    where kind = 'email'

),

identifiers as (

    select
        'email' as kind,
        source_system,
        identifier,
        {{ person_of_email('identifier') }} as person_key,
        cast(null as {{ dbt.type_timestamp() }}) as first_seen_at
    from emails
    union all
    select
        'contact' as kind,
        source_system,
        contact_id as identifier,
        person_key,
        cast(null as {{ dbt.type_timestamp() }}) as first_seen_at
    from contact_identifiers
    union all
    select
        'anonymous' as kind,
        named.source_system,
        named.identifier,
        coalesce(
            sightings.person_key,
            {{ surrogate_key(["'anonymous'", 'named.source_system', 'named.identifier']) }}
        ) as person_key,
        sightings.seen_at as first_seen_at
    from named
    left join sightings
        on named.identifier = sightings.anonymous_id
        and sightings.sighting_no = 1
    where named.kind = 'anonymous'
    union all
    select
        'customer' as kind,
        source_system,
        identifier,
        {{ surrogate_key(["'customer'", 'source_system', 'identifier']) }} as person_key,
        cast(null as {{ dbt.type_timestamp() }}) as first_seen_at
    from named
    where kind = 'customer'

)

select * from identifiers
