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

links as (

    select * from {{ ref('canonical_identity_links') }}

),

ends as (

    select left_no as node_no, known_at from links
    union all
    select right_no as node_no, known_at from links

),

-- A link of no date was always known.
first_links as (

    select
        node_no,
        case when count(*) = count(known_at) then min(known_at) end as linked_at
    from ends
    group by node_no

),

-- A visit under an anonymous id is the lead's from the moment that somebody says whose id it is, not before.
lead_touches as (

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
    left join identifiers
        on records.source_system = identifiers.source_system
        and records.anonymous_id = identifiers.identifier
    left join first_links
        on identifiers.node_no = first_links.node_no
    where touchpoints.person_key is not null

)

select * from lead_touches
