with deals as (

    select * from {{ ref('canonical_deal_lives') }}
    where not (is_closed and closed_at < created_at)

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

states as (

    select
        deal_key,
        state_no,
        valid_from,
        valid_to,
        is_open,
        is_won,
        coalesce(pipeline, 'unknown') as pipeline,
        coalesce(amount, 0) as amount
    from {{ ref('int_pipeline__deal_states') }}

),

steps as (

    select
        states.*,
        deals.currency,
        case when lead(states.deal_key) over life is null then deals.deleted_at end as deleted_at,
        states.state_no > 1 and lag(states.is_open) over life as was_open,
        lag(states.pipeline) over life as previous_pipeline,
        lag(states.amount) over life as previous_amount
    from states
    inner join deals on states.deal_key = deals.deal_key
    window life as (partition by states.deal_key order by states.state_no)

),

-- At one moment a deal changes its amount, then its pipeline, then it closes: what is won is the amount that is booked.
-- A deal that was closed from the beginning never was in a pipeline.
movements as (

    select deal_key, valid_from as moment, 'created' as movement, 1 as deals, pipeline, amount, currency
    from steps
    where state_no = 1 and is_open
    union all
    select deal_key, valid_from, 'reopened', 1, pipeline, amount, currency
    from steps
    where state_no > 1 and not was_open and is_open
    union all
    select
        deal_key, valid_from, case when amount > previous_amount then 'increased' else 'decreased' end, 0,
        previous_pipeline, amount - previous_amount, currency
    from steps
    where was_open and amount != previous_amount
    union all
    select deal_key, valid_from, 'transferred_out', -1, previous_pipeline, -amount, currency
    from steps
    where was_open and pipeline != previous_pipeline
    union all
    select deal_key, valid_from, 'transferred_in', 1, pipeline, amount, currency
    from steps
    where was_open and pipeline != previous_pipeline
    union all
    select deal_key, valid_from, case when is_won then 'won' else 'lost' end, -1, pipeline, -amount, currency
    from steps
    where was_open and not is_open
    union all
    select deal_key, deleted_at, 'deleted', -1, pipeline, -amount, currency
    from steps
    where is_open and deleted_at is not null

),

dated as (

    select
        *,
        {{ reporting_day('moment') }} as rate_date
    from movements

),

deal_movements as (

    select
        dated.deal_key,
        dated.moment,
        {{ reporting_month('dated.moment') }} as period_month,
        dated.pipeline,
        dated.movement,
        dated.deals,
        {{ to_reporting('dated.amount', 'dated.currency', 'dated.rate_date') }} as amount_reporting
    from dated
    {{ exchange_rate_join('exchange_rates', 'dated.currency', 'dated.rate_date') }}

)

select * from deal_movements
