with deals as (

    select
        *,
        coalesce(closed_at < created_at, false) as has_date_conflict
    from {{ ref('canonical_deals') }}

),

deal_first_touches as (

    select * from {{ ref('int_core__deal_first_touches') }}

),

open_entries as (

    select
        deal_key,
        stage,
        row_number() over (
            partition by deal_key
            order by entered_at desc, stage_order desc, stage
        ) as entry_no
    from {{ ref('canonical_deal_stage_history') }}
    where not is_closed

),

with_history as (

    select distinct deal_key
    from {{ ref('canonical_deal_stage_history') }}

),

described as (

    select
        deals.deal_key,
        deals.deal_id,
        deals.source_system,
        deals.person_key,
        deals.company_key,
        deals.pipeline,
        deals.stage,
        deals.created_at,
        deals.closed_at,
        deals.amount,
        deals.currency,
        deals.amount_reporting,
        deals.is_closed,
        deals.is_won,
        case
            when not deals.has_date_conflict then {{ fractional_days('deals.created_at', 'deals.closed_at') }}
        end as days_to_close,
        deal_first_touches.first_touch_at,
        case
            when deals.is_won and not deals.has_date_conflict
                then {{ fractional_days('deal_first_touches.first_touch_at', 'deals.closed_at') }}
        end as days_first_touch_to_won,
        deals.delivered_at,
        case
            when deals.is_won and not deals.has_date_conflict and deals.delivered_at >= deals.closed_at
                then {{ fractional_days('deals.closed_at', 'deals.delivered_at') }}
        end as days_won_to_delivered,
        deals.owner,
        deals.product,
        deals.deal_type,
        deals.lead_source,
        deals.segment,
        deals.lost_reason,
        case
            when with_history.deal_key is not null then open_entries.stage
            when not deals.is_closed then deals.stage
        end as last_open_stage,
        deals.has_date_conflict
    from deals
    left join deal_first_touches on deals.deal_key = deal_first_touches.deal_key
    left join open_entries
        on deals.deal_key = open_entries.deal_key
        and open_entries.entry_no = 1
    left join with_history on deals.deal_key = with_history.deal_key

)

select * from described
