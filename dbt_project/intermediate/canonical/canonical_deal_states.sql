with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

known_stages as (

    select * from {{ ref('canonical_deal_known_stages') }}

),

deals as (

    select
        records.deal_key,
        records.stage,
        records.source_stage,
        records.stage_order,
        records.stage_probability,
        records.is_stage_closed,
        records.is_stage_won,
        records.is_won_given,
        records.closed_at_given,
        records.close_date_at,
        {%- for column in [
            'last_stage', 'last_source_stage', 'last_stage_order', 'last_probability', 'last_open_stage', 'last_entered_at',
            'last_open_source_stage', 'last_open_stage_order', 'last_open_probability', 'is_last_closed', 'is_last_won',
            'has_last_stage', 'has_last_open_stage',
        ] %}
        known_stages.{{ column }},
        {%- endfor %}
        known_stages.deal_key is not null as has_history,
        -- The record tells of the last closing: not of the one before a deal was opened again.
        coalesce(known_stages.is_last_closed and known_stages.is_opened_later, false) as is_closed_for_now,
        coalesce(known_stages.last_stage = records.stage and records.is_won_given, false) as is_won_by_record,
        as_of.as_of
    from {{ ref('canonical_deal_records') }} as records
    cross join as_of
    left join known_stages on records.deal_key = known_stages.deal_key

),

closings as (

    select
        *,
        case
            when is_closed_for_now then true
            when closed_at_given is not null then closed_at_given <= as_of
            when is_won_by_record then true
            when has_last_stage then is_last_closed
            when has_history then false
            else coalesce(is_won_given, false) or is_stage_closed
        end as is_closed,
        case
            when is_closed_for_now then last_entered_at
            else coalesce(
                closed_at_given,
                case when close_date_at <= as_of then close_date_at end,
                case when is_last_closed or is_won_by_record then last_entered_at end
            )
        end as closed_at
    from deals

),

states as (

    select
        *,
        is_closed
        and coalesce(
            case when not is_closed_for_now then is_won_given end,
            case when has_last_stage then is_last_won end,
            is_stage_won
        ) as is_won,
        case
            when is_closed and is_last_closed then 'last'
            when is_closed then 'record'
            when has_last_open_stage then 'last_open'
            when is_stage_closed or has_history then 'unknown'
            else 'record'
        end as stage_of
    from closings

),

staged as (

    select
        deal_key,
        is_closed,
        is_won,
        case when is_closed then closed_at end as closed_at,
        case when stage_of in ('last', 'last_open') then 'history' else stage_of end as stage_from,
        case stage_of when 'last' then last_stage when 'last_open' then last_open_stage when 'record' then stage else 'unknown' end
            as stage,
        {%- for column, record_column in {
            'source_stage': 'source_stage', 'stage_order': 'stage_order', 'probability': 'stage_probability'
        }.items() %}
        case stage_of
            when 'last' then last_{{ column }} when 'last_open' then last_open_{{ column }} when 'record' then {{ record_column }}
        end as {{ record_column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from states

)

select * from staged
