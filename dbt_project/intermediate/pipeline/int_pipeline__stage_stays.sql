with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

intervals as (

    select * from {{ ref('canonical_deal_stage_intervals') }}
    where not is_closed and entered_at is not null

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

stays as (

    select
        intervals.stage,
        deals.segment,
        {{ dbt.datediff('intervals.entered_at', 'coalesce(intervals.exited_at, as_of.as_of)', 'microsecond') }} as microseconds,
        deals.deleted_at is null and deals.is_won and intervals.exited_at is not null as is_exit
    from intervals
    cross join as_of
    inner join deals on intervals.deal_key = deals.deal_key

),

by_segment_and_all as (

    select stage, segment, microseconds, is_exit
    from stays
    union all
    select stage, cast(null as {{ dbt.type_string() }}) as segment, microseconds, is_exit
    from stays

)

select * from by_segment_and_all
