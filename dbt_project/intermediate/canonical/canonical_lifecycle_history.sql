with contacts as (

    select * from {{ ref('canonical_contacts') }}

),

identifiers as (

    select * from {{ ref('canonical_contact_identifiers') }}

),

entries as (

    select * from {{ ref('canonical_lifecycle_entries') }}
    where not is_later

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

history as (

    select
        identifiers.person_key,
        contacts.contact_key,
        entries.source_system,
        entries.contact_id,
        coalesce(stages.stage, entries.stage) as stage,
        entries.stage as source_stage,
        {{ stage_order() }} as stage_order,
        entries.entered_at
    from entries
    inner join identifiers
        on entries.source_system = identifiers.source_system
        and entries.contact_id = identifiers.contact_id
    left join contacts
        on entries.source_system = contacts.source_system
        and entries.contact_id = contacts.contact_id
    {{ stage_map_join('entries', 'contact', 'stage') }}
    left join excluded_people on identifiers.person_key = excluded_people.person_key
    where excluded_people.person_key is null

)

select * from history
