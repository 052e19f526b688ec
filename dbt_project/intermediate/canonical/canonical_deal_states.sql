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
            partition by deal_key, is_later
            order by entered_at desc, stage_order desc, stage
        ) as recency,
        row_number() over (
            partition by deal_key, is_later, is_closed
            order by entered_at desc, stage_order desc, stage
        ) as recency_among_alike,
        row_number() over (partition by deal_key order by entered_at, stage_order, stage desc) as entry_no
    from {{ ref('canonical_deal_stage_changes') }}

),

last_entries as (

    select * from entries
    where not is_later and recency = 1

),

-- The first known stage, if the deal entered it later only.
later_entries as (

    select * from entries
    where is_later and entry_no = 1

),

-- What an open deal was in: the last open stage, else the first known one.
open_entries as (

    select * from entries
    where not is_closed and ((not is_later and recency_among_alike = 1) or (is_later and entry_no = 1))

),

closings as (

    select
        deals.deal_key,
        case
            when deals.closed_at_given is not null then deals.closed_at_given <= as_of.as_of
            when last_entries.stage = deals.stage and deals.is_won_given then true
            when last_entries.deal_key is not null then last_entries.is_closed
            when later_entries.deal_key is not null then false
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
    left join later_entries on deals.deal_key = later_entries.deal_key

),

states as (

    select
        deals.deal_key,
        closings.is_closed,
        closings.is_closed
        and coalesce(deals.is_won_given, last_entries.is_won, deals.is_stage_won) as is_won,
        case when closings.is_closed then closings.closed_at end as closed_at,
        case
            when closings.is_closed and last_entries.is_closed then 'history'
            when not closings.is_closed and open_entries.deal_key is not null then 'history'
            when not closings.is_closed and (deals.is_stage_closed or later_entries.deal_key is not null) then 'unknown'
            else 'record'
        end as stage_from,
        {%- for column in ['stage', 'source_stage', 'stage_order', 'probability'] %}
        case when closings.is_closed then last_entries.{{ column }} else open_entries.{{ column }} end as entered_{{ column }},
        {%- endfor %}
        deals.stage,
        deals.source_stage,
        deals.stage_order,
        deals.stage_probability
    from deals
    inner join closings on deals.deal_key = closings.deal_key
    left join last_entries on deals.deal_key = last_entries.deal_key
    left join open_entries on deals.deal_key = open_entries.deal_key
    left join later_entries on deals.deal_key = later_entries.deal_key

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
