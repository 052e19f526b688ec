with month_ends as (

    select * from {{ ref('int_pipeline__month_ends') }}

),

states as (

    select
        *,
        {{ reporting_day('valid_from') }} as from_day,
        coalesce({{ reporting_day('valid_to') }}, cast('9999-12-31' as date)) as to_day
    from {{ ref('int_pipeline__deal_states') }}
    where is_open

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

-- The month that isn't over is closed at as_of, by what holds at that moment.
open_deals as (

    select
        month_ends.period_month,
        month_ends.last_day,
        month_ends.is_complete,
        month_ends.rate_date,
        states.deal_key,
        coalesce(states.pipeline, 'unknown') as pipeline,
        states.stage,
        states.amount,
        deals.currency
    from month_ends
    inner join states
        on month_ends.is_complete
        and states.from_day <= month_ends.last_day
        and states.to_day > month_ends.last_day
    inner join deals on states.deal_key = deals.deal_key
    union all
    select
        month_ends.period_month,
        month_ends.last_day,
        month_ends.is_complete,
        month_ends.rate_date,
        states.deal_key,
        coalesce(states.pipeline, 'unknown') as pipeline,
        states.stage,
        states.amount,
        deals.currency
    from month_ends
    inner join states
        on not month_ends.is_complete
        and states.valid_to is null
    inner join deals on states.deal_key = deals.deal_key

),

month_end_deals as (

    select
        open_deals.period_month,
        open_deals.last_day,
        open_deals.is_complete,
        open_deals.deal_key,
        open_deals.pipeline,
        open_deals.stage,
        {{ to_reporting('open_deals.amount', 'open_deals.currency', 'open_deals.rate_date') }} as amount_reporting
    from open_deals
    {{ exchange_rate_join('exchange_rates', 'open_deals.currency', 'open_deals.rate_date') }}

)

select * from month_end_deals
