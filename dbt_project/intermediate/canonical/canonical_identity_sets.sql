{{ config(materialized='view') }}
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with sightings as (

    select * from {{ ref('canonical_identity_sightings') }}

),

homes as (

    select * from {{ ref('canonical_contact_homes') }}

),

rows_of_several as (

    select source_system, contact_id, email, anonymous_id, {{ no_text }} as click_id, first_seen_at as known_at
    from sightings
    where (contact_id is not null and email is not null)
        or (contact_id is not null and anonymous_id is not null)
        or (email is not null and anonymous_id is not null)
    union all
    select source_system, contact_id, email, anonymous_id, click_id, known_at
    from {{ ref('canonical_identity_clicks') }}

),

sets as (

    select
        rows_of_several.source_system,
        homes.home_system as contact_system,
        rows_of_several.contact_id,
        rows_of_several.email,
        rows_of_several.anonymous_id,
        rows_of_several.click_id,
        {{ no_text }} as member_id,
        rows_of_several.known_at
    from rows_of_several
    left join homes
        on rows_of_several.source_system = homes.source_system
        and rows_of_several.contact_id = homes.contact_id
    union all
    select
        source_system, {{ no_text }} as contact_system, {{ no_text }} as contact_id, email,
        {{ no_text }} as anonymous_id, {{ no_text }} as click_id, member_id, known_at
    from {{ ref('canonical_identity_members') }}

)

select * from sets
