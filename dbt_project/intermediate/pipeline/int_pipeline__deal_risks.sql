with as_of as (

    select
        *,
        cast({{ dbt.dateadd('month', 3, dbt.date_trunc('month', 'as_of_date')) }} as date) as forecast_ends_on
    from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deals') }}
    where not is_closed

),

stays as (

    select * from {{ ref('fct_deal_stage_intervals') }}
    where exited_at is null

),

typical_stays as (

    select * from {{ ref('int_pipeline__typical_stays') }}

),

deal_contact as (

    select * from {{ ref('int_pipeline__deal_contact') }}

),

measured as (

    select
        deals.deal_key,
        deals.deal_id,
        deals.pipeline,
        deals.stage,
        deals.owner,
        deals.segment,
        stays.days_in_stage,
        coalesce(of_segment.typical_days, of_stage.typical_days) as typical_days_in_stage,
        {{ fractional_days('deal_contact.last_activity_at', 'as_of.as_of') }} as days_since_activity,
        deal_contact.is_recorded,
        case when deal_contact.is_recorded then deal_contact.outbound_since_reply end as outbound_since_reply,
        deal_contact.last_inbound_at,
        {{ fractional_days('coalesce(deal_contact.last_inbound_at, deals.created_at)', 'as_of.as_of') }} as days_of_silence,
        deals.close_date_expected,
        {{ dbt.datediff('deals.close_date_expected', 'as_of.as_of_date', 'day') }} as days_overdue,
        coalesce(deals.close_date_expected < as_of.as_of_date, false) as is_overdue,
        coalesce(deals.next_activity_at > as_of.as_of, false) as has_next_activity,
        coalesce(deals.close_date_expected < as_of.forecast_ends_on, false) as is_forecast,
        deals.amount_reporting
    from deals
    cross join as_of
    left join stays on deals.deal_key = stays.deal_key
    left join deal_contact on deals.deal_key = deal_contact.deal_key
    left join typical_stays as of_segment
        on deals.stage = of_segment.stage
        and deals.segment = of_segment.segment
    left join typical_stays as of_stage
        on deals.stage = of_stage.stage
        and of_stage.segment is null

),

judged as (

    select
        *,
        coalesce(days_in_stage > typical_days_in_stage, false) as is_long_in_stage,
        coalesce(days_in_stage > typical_days_in_stage, false) or (is_overdue and not has_next_activity) as is_stalled,
        case
            when is_recorded
                then coalesce(days_of_silence > {{ var('dark_after_days') }}, false)
                    or outbound_since_reply >= {{ var('dark_after_outbound') }}
        end as is_dark
    from measured

)

select * from judged
