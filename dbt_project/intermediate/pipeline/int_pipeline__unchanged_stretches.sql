with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deals') }}

),

field_stretches as (

    select * from {{ ref('int_pipeline__field_stretches') }}

),

lifetimes as (

    select
        deals.*,
        {{ reporting_day('deals.created_at') }} as opened_on,
        case
            when deals.is_closed and deals.closed_at is not null then {{ reporting_day('deals.closed_at') }}
            else as_of.as_of_date
        end as closed_on
    from deals
    cross join as_of
    where deals.created_at is not null

),

change_days as (

    select
        deal_key,
        opened_on as from_day
    from lifetimes
    where opened_on < closed_on
    union
    select
        lifetimes.deal_key,
        field_stretches.from_day
    from lifetimes
    inner join field_stretches
        on lifetimes.deal_key = field_stretches.deal_key
        and lifetimes.opened_on < field_stretches.from_day
        and lifetimes.closed_on > field_stretches.from_day

),

unchanged_stretches as (

    select
        lifetimes.*,
        change_days.from_day,
        coalesce(
            lead(change_days.from_day) over (
                partition by change_days.deal_key
                order by change_days.from_day asc nulls last
            ),
            lifetimes.closed_on
        ) as to_day
    from change_days
    inner join lifetimes
        on change_days.deal_key = lifetimes.deal_key

)

select * from unchanged_stretches
