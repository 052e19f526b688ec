with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

states as (

    select * from {{ ref('int_pipeline__deal_states') }}

),

-- Of a stage that stage_map gives no probability, only a deal that isn't closed since can tell its own.
open_stretches as (

    select
        states.deal_key,
        {{ reporting_day('states.valid_from') }} as from_day,
        coalesce({{ reporting_day('states.valid_to') }}, as_of.as_of_date) as to_day,
        coalesce(states.pipeline, 'unknown') as pipeline,
        states.stage,
        coalesce(states.owner, 'unknown') as owner,
        coalesce(deals.segment, 'unknown') as segment,
        coalesce(deals.deal_type, 'unknown') as deal_type,
        deals.currency,
        states.amount,
        coalesce(states.probability, case when not deals.is_closed then deals.deal_probability end) as probability,
        case
            when states.probability is not null then 'stage_map'
            when not deals.is_closed and deals.deal_probability is not null then 'deal'
            else 'unknown'
        end as probability_source
    from states
    cross join as_of
    inner join deals on states.deal_key = deals.deal_key
    where states.is_open

),

of_whole_days as (

    select * from open_stretches
    where from_day < to_day

)

select * from of_whole_days
