{{ config(materialized='view') }}

with funnels as (

    select * from {{ ref('funnels') }}

),

funnel_events as (

    select * from {{ ref('canonical_funnel_events') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

lifecycle_history as (

    select * from {{ ref('canonical_lifecycle_history') }}

),

deals as (

    select * from {{ ref('canonical_deals') }}

),

deal_stage_history as (

    select * from {{ ref('canonical_deal_stage_history') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

entries as (

    select 'event' as entered_by, event_name as name, event_id, person_key, occurred_at, segment
    from funnel_events
    union all
    select 'conversion', conversion_type, conversion_id, person_key, converted_at, null from conversions

),

-- Only what a funnel asks for is numbered.
repeats as (

    select
        entries.*,
        funnels.match,
        row_number() over (
            partition by entries.entered_by, entries.name, entries.person_key
            order by entries.occurred_at asc nulls last, entries.event_id asc nulls last
        ) as entry_no
    from entries
    inner join (select distinct entered_by, match from funnels) as funnels
        on entries.entered_by = funnels.entered_by
        and {{ dbt.concat(['entries.name', "':repeat'"]) }} = funnels.match

),

candidates as (

    select entered_by, name, event_id, person_key, occurred_at, segment from entries
    union all
    select entered_by, match as name, event_id, person_key, occurred_at, segment from repeats where entry_no > 1
    union all
    select
        'conversion', {{ dbt.concat(['conversions.conversion_type', "':'", 'deals.deal_type']) }},
        conversions.conversion_id, conversions.person_key, conversions.converted_at, null
    from conversions
    inner join deals on conversions.deal_key = deals.deal_key
    union all
    select 'touchpoint', touch_type, touchpoint_id, person_key, occurred_at, null from touchpoints
    union all
    select 'lifecycle_stage', stage, contact_id, person_key, entered_at, null from lifecycle_history
    union all
    select
        'deal_stage', deal_stage_history.stage, deals.deal_id, deals.person_key, deal_stage_history.entered_at,
        deals.segment
    from deal_stage_history
    inner join deals on deal_stage_history.deal_key = deals.deal_key

)

select * from candidates
