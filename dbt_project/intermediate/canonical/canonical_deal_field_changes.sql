with hubspot_changes as (

    select * from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'deals' and property_name in ('amount', 'closedate')

),

file_changes as (

    select * from {{ ref('stg_files__deal_field_history') }}

),

hubspot_fields as (

    select
        object_id as deal_id,
        case property_name when 'closedate' then 'close_date_expected' else property_name end as field,
        case
            when property_name = 'closedate' and value not like '%-%'
                then substring(cast({{ dbt.dateadd(
                    'second',
                    'cast(' ~ dbt.safe_cast('value', 'bigint') ~ ' / 1000 as integer)',
                    "cast('1970-01-01' as timestamp)"
                ) }} as {{ dbt.type_string() }}), 1, 10)
            when property_name = 'closedate' then substring(value, 1, 10)
            else value
        end as value,
        changed_at
    from hubspot_changes

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
