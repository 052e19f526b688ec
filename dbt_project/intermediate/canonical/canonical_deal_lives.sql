with records as (

    select * from {{ ref('canonical_deal_records') }}

),

states as (

    select * from {{ ref('canonical_deal_states') }}

),

deal_values as (

    select * from {{ ref('canonical_deal_values') }}

),

parties as (

    select * from {{ ref('canonical_deal_parties') }}

),

stated as (

    select
        records.*,
        deal_values.amount as amount_at,
        deal_values.owner as owner_at,
        deal_values.pipeline as pipeline_at,
        deal_values.close_date_expected as close_date_expected_at,
        states.is_closed,
        states.is_won,
        states.closed_at,
        states.stage as stage_at,
        states.source_stage as source_stage_at,
        states.stage_order as stage_order_at,
        states.stage_probability as stage_probability_at,
        {{ reporting_day('coalesce(states.closed_at, as_of.as_of)') }} as rate_date
    from records
    cross join {{ ref('canonical_as_of') }} as as_of
    inner join states on records.deal_key = states.deal_key
    inner join deal_values on records.deal_key = deal_values.deal_key

),

excluded_deals as (

    select * from {{ ref('canonical_excluded_deals') }}

),

lives as (

    select
        stated.deal_key,
        stated.source_system,
        stated.deal_id,
        parties.person_key,
        parties.company_key,
        coalesce(parties.company_key, parties.person_key) as customer_key,
        stated.name,
        stated.pipeline_at as pipeline,
        stated.stage_at as stage,
        stated.source_stage_at as source_stage,
        stated.stage_order_at as stage_order,
        stated.created_at,
        stated.closed_at,
        stated.is_closed,
        stated.is_won,
        stated.amount_at as amount,
        stated.currency,
        {{ to_reporting('stated.amount_at', 'stated.currency', 'stated.rate_date') }} as amount_reporting,
        stated.owner_at as owner,
        stated.product,
        stated.deal_type,
        stated.lead_source,
        stated.segment,
        case
            when stated.close_date_expected_at is null and not stated.is_closed and not stated.is_stage_closed
                then {{ reporting_day('stated.close_date_at') }}
            else stated.close_date_expected_at
        end as close_date_expected,
        coalesce(stated.stage_probability_at, stated.deal_probability) as probability,
        case
            when stated.stage_probability_at is not null then 'stage_map'
            when stated.deal_probability is not null then 'deal'
            else 'unknown'
        end as probability_source,
        stated.deal_probability,
        case
            when stated.is_closed or not (stated.is_stage_closed or stated.closed_at_given is not null)
                then stated.lost_reason
        end as lost_reason,
        stated.competitor,
        stated.next_activity_at,
        stated.last_activity_at,
        stated.delivered_at,
        stated.updated_at,
        stated.deleted_at,
        stated.stage_probability_at as stage_probability
    from stated
    inner join parties on stated.deal_key = parties.deal_key
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'stated.currency', 'stated.rate_date') }}
    left join excluded_deals on stated.deal_key = excluded_deals.deal_key
    where excluded_deals.deal_key is null

)

select * from lives
