with sightings as (

    select person_key, created_at as seen_at from {{ ref('canonical_contacts') }}
    union all
    select identifiers.person_key, identities.seen_at
    from {{ ref('stg_files__identities') }} as identities
    cross join {{ ref('canonical_as_of') }} as as_of
    inner join {{ ref('canonical_person_identifiers') }} as identifiers
        on identifiers.kind = 'anonymous'
        and identifiers.source_system = 'files'
        and identities.anonymous_id = identifiers.identifier
    where identities.seen_at <= as_of.as_of
    union all
    -- The address of a shared mailbox is a person of its own, whom no row but those that name it tells of.
    select person_key, first_seen_at as seen_at from {{ ref('canonical_person_identifiers') }}
    where kind = 'email'
    union all
    select person_key, occurred_at as seen_at from {{ ref('canonical_touchpoints') }}
    union all
    select person_key, occurred_at as seen_at from {{ ref('canonical_email_events') }}
    union all
    select person_key, ordered_at as seen_at from {{ ref('canonical_orders') }}
    union all
    select person_key, converted_at as seen_at from {{ ref('canonical_conversions') }}
    union all
    select person_key, occurred_at as seen_at from {{ ref('canonical_funnel_events') }}
    union all
    select person_key, occurred_at as seen_at from {{ ref('canonical_activities') }}

),

first_seen as (

    select
        person_key,
        min(seen_at) as first_seen_at
    from sightings
    where person_key is not null
    group by person_key

)

select * from first_seen
