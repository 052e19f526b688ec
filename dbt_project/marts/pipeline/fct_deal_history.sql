with deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

states as (

    select
        *,
        {{ reporting_day('valid_from') }} as rate_date
    from {{ ref('int_pipeline__deal_states') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

history as (

    select
        states.deal_key,
        deals.deal_id,
        states.valid_from,
        states.valid_to,
        states.stage,
        states.pipeline,
        states.owner,
        states.amount,
        deals.currency,
        {{ to_reporting('states.amount', 'deals.currency', 'states.rate_date') }} as amount_reporting,
        states.close_date_expected,
        states.is_open
    from states
    inner join deals on states.deal_key = deals.deal_key
    {{ exchange_rate_join('exchange_rates', 'deals.currency', 'states.rate_date') }}
    order by states.deal_key, states.valid_from

)

select * from history
