with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deal_records') }}

),

entries as (

    select
        *,
        row_number() over (
            partition by deal_key
            order by entered_at desc, stage_order desc, stage
        ) as entry_no
    from {{ ref('canonical_deal_stage_history') }}

),

last_entries as (

    select * from entries
    where entry_no = 1

),

closings as (

    select
        deals.deal_key,
        case
            when deals.closed_at_given is not null then deals.closed_at_given <= as_of.as_of
            when last_entries.stage = deals.stage and deals.is_won_given then true
            when last_entries.deal_key is not null then last_entries.is_closed
            else coalesce(deals.is_won_given, false) or deals.is_stage_closed
        end as is_closed,
        coalesce(
            deals.closed_at_given,
            case when deals.close_date_at <= as_of.as_of then deals.close_date_at end,
            case when last_entries.is_closed or last_entries.stage = deals.stage and deals.is_won_given then last_entries.entered_at end
        ) as closed_at
    from deals
    cross join as_of
    left join last_entries on deals.deal_key = last_entries.deal_key

),

states as (

    select
        deals.deal_key,
        closings.is_closed,
        closings.is_closed
        and coalesce(deals.is_won_given, last_entries.is_won, deals.is_stage_won) as is_won,
        case when closings.is_closed then closings.closed_at end as closed_at,
        case
            when last_entries.is_closed = closings.is_closed then 'history'
            when deals.is_stage_closed = closings.is_closed then 'record'
            when closings.is_closed then 'record'
            else 'unknown'
        end as stage_from,
        last_entries.stage as entered_stage,
        last_entries.source_stage as entered_source_stage,
        last_entries.stage_order as entered_stage_order,
        last_entries.probability as entered_probability,
        deals.stage,
        deals.source_stage,
        deals.stage_order,
        deals.stage_probability
    from deals
    inner join closings on deals.deal_key = closings.deal_key
    left join last_entries on deals.deal_key = last_entries.deal_key

),

staged as (

    select
        deal_key,
        is_closed,
        is_won,
        closed_at,
        stage_from,
        case stage_from when 'history' then entered_stage when 'record' then stage else 'unknown' end as stage,
        case stage_from when 'history' then entered_source_stage when 'record' then source_stage end
            as source_stage,
        case stage_from when 'history' then entered_stage_order when 'record' then stage_order end as stage_order,
        case stage_from when 'history' then entered_probability when 'record' then stage_probability end
            as stage_probability
    from states

)

select * from staged
