with deals as (

    select * from {{ ref('canonical_deal_lives') }}
    where created_at is not null and not (is_closed and closed_at is null)

),

stays as (

    select
        intervals.*,
        row_number() over (partition by intervals.deal_key order by intervals.entry_no desc) as recency
    from {{ ref('canonical_deal_stage_intervals') }} as intervals

),

-- The last closing is when the record says so; what a history tells of the time after it isn't so.
stage_changes as (

    select
        deals.deal_key,
        stays.entry_no,
        case
            when deals.is_closed and stays.recency = 1 then greatest(deals.closed_at, deals.created_at)
            when stays.entry_no = 1 and not stays.is_closed then deals.created_at
            else greatest(stays.entered_at, deals.created_at)
        end as moment
    from deals
    inner join stays on deals.deal_key = stays.deal_key
    where not deals.is_closed or stays.recency = 1 or stays.entered_at < deals.closed_at
    union all
    -- What a deal was in before a history that begins with its closing is unknown.
    select
        deals.deal_key,
        0 as entry_no,
        deals.created_at as moment
    from deals
    inner join stays
        on deals.deal_key = stays.deal_key
        and stays.entry_no = 1
        and stays.is_closed

)

select * from stage_changes
