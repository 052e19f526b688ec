with touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

records as (

    select * from {{ ref('canonical_touchpoint_records') }}
    where email is null and contact_id is null

),

identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind = 'anonymous'

),

-- A visit under an anonymous id is the lead's from the moment that somebody says whose id it is, not before.
lead_touches as (

    select
        touchpoints.person_key,
        touchpoints.touchpoint_id,
        touchpoints.occurred_at,
        greatest(touchpoints.occurred_at, coalesce(identifiers.first_seen_at, touchpoints.occurred_at)) as known_at,
        touchpoints.channel,
        touchpoints.touch_type,
        touchpoints.content_type
    from touchpoints
    left join records
        on touchpoints.source_system = records.source_system
        and touchpoints.touchpoint_id = records.touchpoint_id
    left join identifiers
        on records.source_system = identifiers.source_system
        and records.anonymous_id = identifiers.identifier
    where touchpoints.person_key is not null

)

select * from lead_touches
