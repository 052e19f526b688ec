with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

owners as (

    select * from {{ ref('canonical_owners') }}

),

hubspot_deals as (

    select
        'hubspot' as source_system, deals.deal_id, cast(null as {{ dbt.type_string() }}) as contact_id,
        cast(null as {{ dbt.type_string() }}) as company_id, deals.name, deals.pipeline, deals.stage,
        deals.currency, coalesce(owners.owner, deals.owner_id) as owner, deals.product,
        case deals.deal_type when 'newbusiness' then 'new' when 'existingbusiness' then 'expansion'
            else deals.deal_type end as deal_type,
        deals.lead_source, deals.segment, deals.lost_reason, cast(null as {{ dbt.type_string() }}) as competitor,
        deals.amount, deals.probability, cast(null as boolean) as is_won,
        cast(null as date) as close_date_expected, deals.created_at,
        cast(null as {{ dbt.type_timestamp() }}) as closed_at, deals.close_date_at,
        deals.next_activity_at, deals.last_activity_at,
        deals.delivered_at, deals.updated_at,
        case
            when deals.is_archived and deals.archived_at <= as_of.as_of then deals.archived_at
            -- Without a moment of deletion, the last change is the last that is known of it.
            when deals.is_archived and deals.archived_at is null
                then least(coalesce(deals.updated_at, as_of.as_of), as_of.as_of)
        end as deleted_at
    from {{ ref('stg_hubspot__deals') }} as deals
    cross join as_of
    left join owners
        on owners.source_system = 'hubspot'
        and deals.owner_id = owners.owner_id

),

deals as (

    select * from hubspot_deals
    union all
    select
        'files' as source_system, deal_id, contact_id, company_id, name, pipeline, stage, currency, owner, product,
        deal_type, lead_source, segment, lost_reason, competitor, amount, probability, is_won, close_date_expected,
        created_at, closed_at, cast(null as {{ dbt.type_timestamp() }}) as close_date_at, next_activity_at,
        last_activity_at, delivered_at, updated_at, cast(null as {{ dbt.type_timestamp() }}) as deleted_at
    from {{ ref('stg_files__deals') }}

),

mapped as (

    select
        {{ surrogate_key(["'deal'", 'deals.source_system', 'deals.deal_id']) }} as deal_key,
        deals.source_system,
        deals.deal_id,
        deals.contact_id,
        deals.company_id,
        deals.name,
        deals.pipeline,
        coalesce(stages.stage, deals.stage) as stage,
        deals.stage as source_stage,
        {{ currency_or_reporting('deals.currency') }} as currency,
        deals.owner,
        deals.product,
        coalesce(deals.deal_type, 'new') as deal_type,
        deals.lead_source,
        coalesce(deals.segment, 'unknown') as segment,
        deals.lost_reason,
        deals.competitor,
        {{ stage_order() }} as stage_order,
        stages.probability as stage_probability,
        deals.amount,
        deals.probability as deal_probability,
        coalesce(stages.is_closed, false) as is_stage_closed,
        coalesce(stages.is_won, false) as is_stage_won,
        deals.is_won as is_won_given,
        deals.close_date_expected,
        deals.created_at,
        deals.closed_at as closed_at_given,
        deals.close_date_at,
        deals.next_activity_at,
        deals.last_activity_at,
        case when deals.delivered_at <= as_of.as_of then deals.delivered_at end as delivered_at,
        deals.updated_at,
        deals.deleted_at
    from deals
    cross join as_of
    {{ stage_map_join('deals', 'deal', 'stage') }}
    where coalesce(deals.created_at, as_of.as_of) <= as_of.as_of

)

select * from mapped
