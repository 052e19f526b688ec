with identifiers as (

    select
        *,
        {{ person_key_of_identifier('kind', 'source_system', 'identifier') }} as own_person_key
    from {{ ref('canonical_person_identifiers') }}
    where node_no is not null

),

shared as (

    select * from {{ ref('canonical_shared_identifiers') }}

),

links as (

    select links.*
    from {{ ref('canonical_identity_links') }} as links
    left join shared as left_shared on links.left_no = left_shared.node_no
    left join shared as right_shared on links.right_no = right_shared.node_no
    where left_shared.node_no is null and right_shared.node_no is null

),

linked as (

    select node_no, min(known_at) as linked_at
    from (
        select left_no as node_no, known_at from links
        union all
        select right_no as node_no, known_at from links
    ) as ends
    group by node_no

),

dated as (

    select
        identifiers.node_no,
        identifiers.person_key,
        identifiers.own_person_key,
        identifiers.first_seen_at,
        coalesce(linked.linked_at, identifiers.first_seen_at) as linked_at,
        -- Only these are seen before anybody knows whose they are.
        identifiers.kind in ('anonymous', 'contact') and identifiers.first_seen_at < linked.linked_at as stood_alone
    from identifiers
    left join linked on identifiers.node_no = linked.node_no

),

assignments as (

    select
        node_no,
        person_key,
        case when stood_alone and person_key = own_person_key then first_seen_at else linked_at end as valid_from,
        cast(null as {{ dbt.type_timestamp() }}) as valid_to
    from dated
    union all
    select
        node_no,
        own_person_key as person_key,
        first_seen_at as valid_from,
        linked_at as valid_to
    from dated
    where stood_alone and person_key != own_person_key

)

select * from assignments
