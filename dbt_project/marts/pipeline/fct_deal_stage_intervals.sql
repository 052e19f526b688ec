with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

intervals as (

    select
        *,
        row_number() over (partition by deal_key order by entry_no desc) as recency
    from {{ ref('canonical_deal_stage_intervals') }}

),

measured as (

    select
        intervals.deal_key,
        deals.deal_id,
        intervals.stage,
        intervals.entry_no,
        intervals.entered_at,
        intervals.exited_at,
        case
            when intervals.recency > 1 or (not intervals.is_closed and intervals.exited_at is not null)
                then {{ fractional_days('intervals.entered_at', 'intervals.exited_at') }}
            when not intervals.is_closed then {{ fractional_days('intervals.entered_at', 'as_of.as_of') }}
        end as days_in_stage,
        intervals.movement
    from intervals
    cross join as_of
    inner join deals on intervals.deal_key = deals.deal_key
    order by intervals.deal_key, intervals.entry_no

)

select * from measured
