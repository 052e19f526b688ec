with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deal_records') }}

),

changes as (

    select
        'hubspot' as source_system,
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
    from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'deals' and property_name in ('amount', 'closedate')
    union all
    select 'files' as source_system, deal_id, field, value, changed_at
    from {{ ref('stg_files__deal_field_history') }}

),

history as (

    select
        deals.deal_key,
        changes.field,
        changes.value,
        changes.changed_at
    from changes
    cross join as_of
    inner join deals
        on changes.source_system = deals.source_system
        and changes.deal_id = deals.deal_id
    where changes.changed_at <= as_of.as_of

)

select * from history
