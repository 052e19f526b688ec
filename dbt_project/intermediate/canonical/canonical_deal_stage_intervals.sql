with entries as (

    select * from {{ ref('canonical_deal_stage_entries') }}

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

open_stages as (

    select distinct
        source_system,
        stage_order
    from {{ ref('stage_map') }}
    where object = 'deal' and not is_closed

),

-- Open stages of the source at or before each order: two orders with none between them are neighbours.
positions as (

    select
        orders.source_system,
        orders.stage_order,
        count(case when open_stages.stage_order < orders.stage_order then 1 end) as stages_before,
        count(open_stages.stage_order) as stages_until
    from (select distinct source_system, stage_order from entries) as orders
    left join open_stages
        on orders.source_system = open_stages.source_system
        and orders.stage_order >= open_stages.stage_order
    group by orders.source_system, orders.stage_order

),

ordered as (

    select
        entries.*,
        {%- for column in ['stage', 'is_closed', 'stage_order'] %}
        lag(entries.{{ column }}) over (
            partition by entries.deal_key
            order by entries.is_told_by_record, entries.entered_at, entries.stage_order, entries.stage desc
        ) as previous_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from entries

),

changes as (

    select
        *,
        row_number() over (
            partition by deal_key
            order by is_told_by_record, entered_at, stage_order, stage desc
        ) as entry_no
    from ordered
    where previous_stage is null or previous_stage != stage or previous_is_closed != is_closed

),

intervals as (

    select
        changes.deal_key,
        changes.entry_no,
        changes.stage,
        changes.stage_order,
        changes.is_closed,
        changes.is_won,
        changes.entered_at,
        coalesce(
            lead(changes.entered_at) over (partition by changes.deal_key order by changes.entry_no),
            deals.deleted_at
        ) as exited_at,
        case
            when changes.is_closed then case when changes.is_won then 'won' else 'lost' end
            when changes.entry_no = 1 then 'created'
            when changes.previous_is_closed then 'reopened'
            when changes.stage_order < changes.previous_stage_order then 'regressed'
            when positions.stages_before > previous_positions.stages_until then 'skipped'
            else 'advanced'
        end as movement,
        changes.probability
    from changes
    inner join deals on changes.deal_key = deals.deal_key
    left join positions
        on changes.source_system = positions.source_system
        and changes.stage_order = positions.stage_order
    left join positions as previous_positions
        on changes.source_system = previous_positions.source_system
        and changes.previous_stage_order = previous_positions.stage_order

)

select * from intervals
