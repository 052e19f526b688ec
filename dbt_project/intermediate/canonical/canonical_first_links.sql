with identifiers as (

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
        identifiers.source_system,
        identifiers.identifier as anonymous_id,
        case when count(*) = count(ends.known_at) then min(ends.known_at) end as linked_at
    from identifiers
    inner join ends
        on identifiers.node_no = ends.node_no
    group by identifiers.source_system, identifiers.identifier

)

select * from first_links
