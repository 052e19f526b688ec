with hubspot_changes as (

    select * from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'contacts' and property_name = 'lifecyclestage' and value is not null

),

file_entries as (

    select * from {{ ref('stg_files__lifecycle_history') }}

),

entries as (

    select 'hubspot' as source_system, object_id as contact_id, value as stage, changed_at as entered_at
    from hubspot_changes
    union all
    select 'files' as source_system, contact_id, stage, entered_at
    from file_entries

),

dated as (

    select
        entries.source_system,
        entries.contact_id,
        entries.stage,
        entries.entered_at,
        entries.entered_at > as_of.as_of as is_later
    from entries
    cross join {{ ref('canonical_as_of') }} as as_of

)

select * from dated
