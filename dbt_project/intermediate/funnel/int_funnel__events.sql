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

    select 'event' as entered_by, event_name as what, event_id, person_key, occurred_at, segment
    from funnel_events
    union all
    select
        'touchpoint' as entered_by, touch_type as what, touchpoint_id as event_id, person_key, occurred_at,
        null as segment
    from touchpoints
    union all
    select
        'lifecycle_stage' as entered_by, stage as what, contact_id as event_id, person_key,
        entered_at as occurred_at, null as segment
    from lifecycle_history
    union all
    select
        'deal_stage' as entered_by, deal_stage_history.stage as what, deals.deal_id as event_id, deals.person_key,
        deal_stage_history.entered_at as occurred_at, deals.segment
    from deal_stage_history
    inner join deals on deal_stage_history.deal_key = deals.deal_key
    union all
    select
        'conversion' as entered_by, conversion_type as what, conversion_id as event_id, person_key,
        converted_at as occurred_at, null as segment
    from conversions

),

step_events as (

    select
        funnels.funnel,
        funnels.step_no,
        entries.person_key,
        entries.occurred_at,
        entries.event_id,
        entries.segment
    from entries
    inner join funnels
        on entries.entered_by = funnels.entered_by
        and (entries.what = funnels.match or coalesce(funnels.match, '') = '')
    where entries.person_key is not null

)

select * from step_events
