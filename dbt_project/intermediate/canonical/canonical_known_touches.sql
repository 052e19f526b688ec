with touchpoints as (

    select * from {{ ref('canonical_touchpoints') }}

),

records as (

    select * from {{ ref('canonical_touchpoint_records') }}
    where email is null and contact_id is null

),

first_links as (

    select * from {{ ref('canonical_first_links') }}

),

-- A visit under an anonymous id is the person's from the moment that somebody says whose id it is, not before.
known_touches as (

    select
        touchpoints.person_key,
        touchpoints.touchpoint_id,
        touchpoints.occurred_at,
        greatest(touchpoints.occurred_at, coalesce(first_links.linked_at, touchpoints.occurred_at)) as known_at,
        touchpoints.channel,
        touchpoints.touch_type,
        touchpoints.content_type,
        touchpoints.activity_key is not null as is_activity
    from touchpoints
    left join records
        on touchpoints.source_system = records.source_system
        and touchpoints.touchpoint_id = records.touchpoint_id
    left join first_links
        on records.source_system = first_links.source_system
        and records.anonymous_id = first_links.anonymous_id
    where touchpoints.person_key is not null

)

select * from known_touches
