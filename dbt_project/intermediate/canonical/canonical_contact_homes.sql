with sightings as (

    select * from {{ ref('canonical_identity_sightings') }}

),

merges as (

    select * from {{ ref('stg_files__contact_merges') }}

),

contacts as (

    select * from {{ ref('canonical_contact_records') }}

),

hubspot_losers as (

    select * from {{ ref('canonical_hubspot_merges') }}

),

listed as (

    select source_system, contact_id from contacts
    union
    select 'hubspot' as source_system, loser_id as contact_id from hubspot_losers

),

named as (

    select source_system, contact_id from listed
    union
    select source_system, contact_id from sightings
    where contact_id is not null
    union
    select 'files' as source_system, loser_id as contact_id from merges
    union
    select 'files' as source_system, winner_id as contact_id from merges

),

-- An id that several sources know says nothing about whose it is.
known_once as (

    select
        contact_id,
        min(source_system) as source_system
    from listed
    where source_system != 'files'
    group by contact_id
    having count(*) = 1

),

homes as (

    select
        named.source_system,
        named.contact_id,
        case
            when listed.contact_id is not null then named.source_system
            else coalesce(known_once.source_system, named.source_system)
        end as home_system
    from named
    left join listed
        on named.source_system = listed.source_system
        and named.contact_id = listed.contact_id
    left join known_once on named.contact_id = known_once.contact_id

)

select * from homes
