with days as (

    select * from {{ ref('int_pipeline__forecast_days') }}

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

stays as (

    select * from {{ ref('int_pipeline__forecast_stays') }}

),

field_values as (

    select * from {{ ref('int_pipeline__forecast_field_values') }}

),

told_deals as (

    select distinct deal_key from {{ ref('canonical_deal_stage_history') }}

),

known_deals as (

    select
        days.as_of_date,
        days.known_at,
        days.is_forecast_date,
        deals.*,
        stays.entry_no as stay_no,
        stays.stage as stage_then,
        coalesce(stays.known_from, deals.created_at) as in_stage_since,
        stays.probability as stage_probability_then,
        coalesce(stays.is_closed, false) as was_closed,
        coalesce(stays.is_won, false) as was_won,
        stays.closed_at as closed_at_then
    from days
    inner join deals
        on coalesce(deals.deleted_at > days.known_at, true)
        and coalesce(deals.created_at <= days.known_at, deals.is_closed)
    left join stays
        on deals.deal_key = stays.deal_key
        and days.known_at >= stays.known_from
        and days.known_at < stays.known_until
    -- Who doesn't know when a deal began knows of it once it is closed. A day to look back on needs its open deals alone.
    where (deals.created_at is not null or stays.is_closed) and (days.is_forecast_date or not coalesce(stays.is_closed, false))

),

-- A field without a history holds its current value at all dates; one with a history is empty before its first value.
forecast_states as (

    select
        known_deals.as_of_date,
        known_deals.is_forecast_date,
        known_deals.deal_key,
        known_deals.stay_no,
        coalesce(
            case when pipelines.deal_key is null then known_deals.pipeline else pipeline.value end, 'unknown'
        ) as pipeline,
        coalesce(known_deals.stage_then, 'unknown') as stage,
        -- The current stage of a deal without a history would tell whether it closes later.
        case when told_deals.deal_key is null then 'unknown' else coalesce(known_deals.stage_then, 'unknown') end as stage_told,
        known_deals.in_stage_since,
        known_deals.stage_probability_then as stage_probability,
        known_deals.was_closed as is_closed,
        known_deals.was_closed and known_deals.was_won as is_won,
        {{ reporting_day('known_deals.closed_at_then') }} as closed_on,
        coalesce(known_deals.created_at, known_deals.closed_at_then) as known_since,
        known_deals.currency,
        case
            when amounts.deal_key is null then known_deals.amount
            else {{ dbt.safe_cast('amount.value', 'decimal(24, 6)') }}
        end as amount,
        case
            when close_date_expecteds.deal_key is null then known_deals.close_date_expected
            else {{ dbt.safe_cast('substring(close_date_expected.value, 1, 10)', 'date') }}
        end as close_date_expected
    from known_deals
    left join told_deals
        on known_deals.deal_key = told_deals.deal_key
    {%- for field in ['amount', 'close_date_expected', 'pipeline'] %}
    left join (select distinct deal_key from field_values where field = '{{ field }}') as {{ field }}s
        on known_deals.deal_key = {{ field }}s.deal_key
    left join field_values as {{ field }}
        on known_deals.deal_key = {{ field }}.deal_key
        and {{ field }}.field = '{{ field }}'
        and known_deals.known_at >= {{ field }}.known_from
        and known_deals.known_at < {{ field }}.known_until
    {%- endfor %}

)

select * from forecast_states
