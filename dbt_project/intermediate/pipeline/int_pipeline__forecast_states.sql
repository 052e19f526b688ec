with dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

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

known_deals as (

    select
        dates.as_of_date,
        dates.known_at,
        deals.*,
        stays.entry_no as stay_no,
        stays.stage as stage_then,
        stays.probability as stage_probability_then,
        coalesce(stays.is_closed, false) as was_closed,
        coalesce(stays.is_won, false) as was_won,
        stays.closed_at as closed_at_then
    from dates
    inner join deals
        on coalesce(deals.deleted_at > dates.known_at, true)
        and coalesce(deals.created_at <= dates.known_at, deals.is_closed)
    left join stays
        on deals.deal_key = stays.deal_key
        and dates.known_at >= stays.known_from
        and dates.known_at < stays.known_until
    -- Who doesn't know when a deal began knows of it once it is closed.
    where deals.created_at is not null or stays.is_closed

),

-- A field without a history holds its current value at all dates; one with a history is empty before its first value.
forecast_states as (

    select
        known_deals.as_of_date,
        known_deals.deal_key,
        known_deals.stay_no,
        coalesce(
            case when pipelines.deal_key is null then known_deals.pipeline else pipeline.value end, 'unknown'
        ) as pipeline,
        coalesce(known_deals.stage_then, 'unknown') as stage,
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
