with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

contacts as (

    select * from {{ ref('canonical_contacts') }}

),

identifiers as (

    select * from {{ ref('canonical_contact_identifiers') }}

),

entries as (

    select 'hubspot' as source_system, object_id as contact_id, value as stage, changed_at as entered_at
    from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'contacts' and property_name = 'lifecyclestage' and value is not null
    union all
    select 'files' as source_system, contact_id, stage, entered_at
    from {{ ref('stg_files__lifecycle_history') }}

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
    cross join as_of
    inner join identifiers
        on entries.source_system = identifiers.source_system
        and entries.contact_id = identifiers.contact_id
    left join contacts
        on entries.source_system = contacts.source_system
        and entries.contact_id = contacts.contact_id
    {{ stage_map_join('entries', 'contact', 'stage') }}
    where entries.entered_at <= as_of.as_of

)

select * from history
