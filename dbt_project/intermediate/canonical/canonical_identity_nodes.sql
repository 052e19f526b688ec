{%- set no_time = 'cast(null as ' ~ dbt.type_timestamp() ~ ')' -%}
with sightings as (

    select * from {{ ref('canonical_identity_sightings') }}

),

sets as (

    select * from {{ ref('canonical_identity_sets') }}

),

homes as (

    select * from {{ ref('canonical_contact_homes') }}

),

merges as (

    select * from {{ ref('canonical_contact_merges') }}

),

named as (

    select 'email' as kind, cast(null as {{ dbt.type_string() }}) as source_system, email as identifier,
        first_seen_at, {{ no_time }} as known_at
    from sightings
    union all
    select 'contact' as kind, homes.home_system as source_system, sightings.contact_id as identifier,
        sightings.first_seen_at, {{ no_time }} as known_at
    from sightings
    inner join homes
        on sightings.source_system = homes.source_system
        and sightings.contact_id = homes.contact_id
    union all
    {%- for kind in ['anonymous', 'customer'] %}
    select '{{ kind }}' as kind, source_system, {{ kind }}_id as identifier, first_seen_at, {{ no_time }} as known_at
    from sightings
    union all
    {%- endfor %}
    select 'email' as kind, null as source_system, email as identifier, known_at as first_seen_at, known_at from sets
    union all
    select 'contact' as kind, contact_system as source_system, contact_id as identifier, known_at as first_seen_at, known_at
    from sets
    {%- for kind in ['anonymous', 'click', 'member'] %}
    union all
    select '{{ kind }}' as kind, source_system, {{ kind }}_id as identifier, known_at as first_seen_at, known_at from sets
    {%- endfor %}
    {%- for party in ['loser', 'winner'] %}
    union all
    select 'contact' as kind, {{ party }}_system as source_system, {{ party }}_id as identifier, merged_at as first_seen_at,
        case when unmerged_at is null then merged_at end as known_at
    from merges
    {%- endfor %}

),

identifiers as (

    select
        kind,
        source_system,
        identifier,
        min(first_seen_at) as first_seen_at,
        min(known_at) as known_at
    from named
    where identifier is not null
    group by kind, source_system, identifier

),

-- The least number of a person's identifiers is the one that the person's key is made of.
nodes as (

    select
        row_number() over (
            order by
                case kind
                    when 'email' then 1 when 'contact' then 2 when 'customer' then 3 when 'member' then 4
                    when 'anonymous' then 5 else 6
                end,
                known_at nulls last,
                source_system nulls first,
                identifier
        ) as node_no,
        kind,
        source_system,
        identifier,
        first_seen_at
    from identifiers

)

select * from nodes
