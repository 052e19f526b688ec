with hubspot_changes as (

    select * from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'deals' and property_name in ('amount', 'hubspot_owner_id', 'pipeline')

),

owners as (

    select * from {{ ref('canonical_owners') }}

),

file_changes as (

    select * from {{ ref('stg_files__deal_field_history') }}

),

hubspot_fields as (

    select
        changes.object_id as deal_id,
        case changes.property_name when 'hubspot_owner_id' then 'owner' else changes.property_name end as field,
        coalesce(owners.owner, changes.value) as value,
        changes.changed_at
    from hubspot_changes as changes
    left join owners
        on owners.source_system = 'hubspot'
        and owners.owner_id = case when changes.property_name = 'hubspot_owner_id' then changes.value end
    union all
    select deal_id, 'close_date_expected' as field, value, changed_at
    from {{ ref('canonical_hubspot_close_dates') }}

),

changes as (

    select 'hubspot' as source_system, deal_id, field, value, changed_at from hubspot_fields
    union all
    select 'files' as source_system, deal_id, field, value, changed_at from file_changes

),

dated as (

    select
        changes.source_system,
        changes.deal_id,
        changes.field,
        changes.value,
        changes.changed_at,
        changes.changed_at > as_of.as_of as is_later
    from changes
    cross join {{ ref('canonical_as_of') }} as as_of

)

select * from dated
