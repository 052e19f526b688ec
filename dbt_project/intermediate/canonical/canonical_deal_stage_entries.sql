with deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

history as (

    select
        *,
        sum(case when not is_closed then 1 else 0 end) over (
            partition by deal_key
            order by entered_at desc, stage_order desc, stage
        ) as open_entries_from_here,
        row_number() over (
            partition by deal_key
            order by entered_at desc, stage_order desc, stage
        ) as recency
    from {{ ref('canonical_deal_stage_history') }}

),

-- A closing that the record dates after as_of hasn't happened, whatever stage the history was moved to before.
told as (

    select
        deals.deal_key,
        deals.source_system,
        history.stage,
        history.stage_order,
        history.is_closed,
        history.is_won,
        history.probability,
        history.entered_at,
        row_number() over (partition by deals.deal_key order by history.recency) = 1 as is_last,
        deals.stage as stage_now,
        deals.is_closed as is_closed_now,
        deals.is_won as is_won_now,
        deals.closed_at
    from deals
    inner join history on deals.deal_key = history.deal_key
    where deals.is_closed or history.open_entries_from_here > 0

),

-- The record closes a deal, and says whether it was won, also where the stage in which it ended is an open one.
outcomes as (

    select
        *,
        is_last and is_closed_now and not is_closed
        and stage = stage_now and entered_at >= coalesce(closed_at, entered_at) as is_closed_by_record
    from told

),

entries as (

    select
        deal_key,
        source_system,
        stage,
        stage_order,
        is_closed or is_closed_by_record as is_closed,
        case when is_last and is_closed_now and (is_closed or is_closed_by_record) then is_won_now else is_won end as is_won,
        probability,
        entered_at,
        0 as is_told_by_record
    from outcomes
    union all
    select
        deals.deal_key,
        deals.source_system,
        deals.stage,
        deals.stage_order,
        deals.is_closed,
        deals.is_won,
        deals.stage_probability as probability,
        case
            when not deals.is_closed then deals.created_at
            when deals.closed_at < last_entries.entered_at then last_entries.entered_at
            else deals.closed_at
        end as entered_at,
        1 as is_told_by_record
    from deals
    left join outcomes as last_entries
        on deals.deal_key = last_entries.deal_key
        and last_entries.is_last
    where
        last_entries.deal_key is null
        or (deals.is_closed and not last_entries.is_closed and not last_entries.is_closed_by_record)

)

select * from entries
