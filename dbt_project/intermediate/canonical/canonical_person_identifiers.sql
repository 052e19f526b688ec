with nodes as (

    select * from {{ ref('canonical_identity_nodes') }}

),

components as (

    select * from {{ ref('canonical_person_components') }}

),

representatives as (

    select
        node_no,
        {{ person_key_of_identifier('kind', 'source_system', 'identifier') }} as person_key
    from nodes
    where node_no in (select component_no from components)

),

identifiers as (

    select
        nodes.node_no,
        nodes.kind,
        nodes.source_system,
        nodes.identifier,
        coalesce(
            representatives.person_key,
            {{ person_key_of_identifier('nodes.kind', 'nodes.source_system', 'nodes.identifier') }}
        ) as person_key,
        nodes.first_seen_at,
        components.node_no is null as is_representative
    from nodes
    left join components on nodes.node_no = components.node_no
    left join representatives on components.component_no = representatives.node_no

),

-- A contact by the name that another source has for it.
elsewhere as (

    select
        cast(null as bigint) as node_no,
        identifiers.kind,
        homes.source_system,
        identifiers.identifier,
        identifiers.person_key,
        cast(null as {{ dbt.type_timestamp() }}) as first_seen_at,
        false as is_representative
    from {{ ref('canonical_contact_homes') }} as homes
    inner join identifiers
        on identifiers.kind = 'contact'
        and homes.home_system = identifiers.source_system
        and homes.contact_id = identifiers.identifier
    where homes.source_system != homes.home_system

),

all_identifiers as (

    select * from identifiers
    union all
    select * from elsewhere

)

select * from all_identifiers
