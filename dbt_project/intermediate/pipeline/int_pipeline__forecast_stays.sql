with intervals as (

    select * from {{ ref('canonical_deal_stage_intervals') }}

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

with_last as (

    select
        *,
        max(entry_no) over (partition by deal_key) as last_entry_no
    from intervals

),

-- The closing that lasts is dated by the deal; the history may have been told of it later, never earlier.
dated as (

    select
        with_last.deal_key,
        with_last.entry_no,
        with_last.stage,
        with_last.probability,
        with_last.is_closed,
        with_last.is_won,
        case
            when with_last.is_closed and with_last.entry_no = with_last.last_entry_no
                then coalesce(deals.closed_at, with_last.entered_at)
            when with_last.is_closed then with_last.entered_at
        end as closed_at,
        greatest(
            with_last.entered_at,
            coalesce(deals.created_at, with_last.entered_at),
            case
                when with_last.is_closed and with_last.entry_no = with_last.last_entry_no
                    then coalesce(deals.closed_at, with_last.entered_at)
                else with_last.entered_at
            end
        ) as known_from
    from with_last
    inner join deals
        on with_last.deal_key = deals.deal_key
    where with_last.entered_at is not null

),

stays as (

    select
        *,
        coalesce(
            lead(known_from) over (partition by deal_key order by entry_no asc nulls last),
            cast('9999-12-31' as {{ dbt.type_timestamp() }})
        ) as known_until
    from dated

)

select * from stays
