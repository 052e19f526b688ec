with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deal_records') }}

),

entries as (

    select 'hubspot' as source_system, object_id as deal_id, value as stage, changed_at as entered_at
    from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'deals' and property_name = 'dealstage' and value is not null
    union all
    select 'files' as source_system, deal_id, stage, entered_at
    from {{ ref('stg_files__deal_stage_history') }}

),

excluded_deals as (

    select * from {{ ref('canonical_excluded_deals') }}

),

changes as (

    select
        deals.deal_key,
        coalesce(stages.stage, entries.stage) as stage,
        entries.stage as source_stage,
        {{ stage_order() }} as stage_order,
        coalesce(stages.is_closed, false) as is_closed,
        coalesce(stages.is_won, false) as is_won,
        stages.probability,
        entries.entered_at,
        entries.entered_at > as_of.as_of as is_later
    from entries
    cross join as_of
    inner join deals
        on entries.source_system = deals.source_system
        and entries.deal_id = deals.deal_id
    {{ stage_map_join('entries', 'deal', 'stage') }}
    left join excluded_deals on deals.deal_key = excluded_deals.deal_key
    where excluded_deals.deal_key is null
        and (deals.deleted_at is null or entries.entered_at <= deals.deleted_at)

)

select * from changes
