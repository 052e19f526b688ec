with sightings as (

    select * from {{ ref('canonical_identity_sightings') }}

),

homes as (

    select * from {{ ref('canonical_contact_homes') }}

),

merges as (

    select * from {{ ref('canonical_contact_merges') }}

),

named as (

    select
        'email' as kind, cast(null as {{ dbt.type_string() }}) as source_system, email as identifier, first_seen_at
    from sightings
    union all
    select 'contact' as kind, homes.home_system as source_system, sightings.contact_id as identifier, sightings.first_seen_at
    from sightings
    inner join homes
        on sightings.source_system = homes.source_system
        and sightings.contact_id = homes.contact_id
    {%- for party in ['loser', 'winner'] %}
    union all
    select 'contact' as kind, {{ party }}_system as source_system, {{ party }}_id as identifier, merged_at as first_seen_at
    from merges
    {%- endfor %}
    {%- for kind in ['anonymous', 'customer'] %}
    union all
    select '{{ kind }}' as kind, source_system, {{ kind }}_id as identifier, first_seen_at
    from sightings
    {%- endfor %}
    union all
    select 'member' as kind, source_system, member_id as identifier, known_at as first_seen_at
    from {{ ref('canonical_identity_members') }}
    union all
    select 'click' as kind, source_system, click_id as identifier, known_at as first_seen_at
    from {{ ref('canonical_identity_clicks') }}

),

identifiers as (

    select
        kind,
        source_system,
        identifier,
        min(first_seen_at) as first_seen_at
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
                first_seen_at nulls last,
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
