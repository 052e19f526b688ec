{{ config(materialized='view') }}

with touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

consents as (

    select * from {{ ref('canonical_consents') }}

),

denials as (

    select * from consents
    where purpose = 'analytics' and status = 'denied'

),

touches as (

    select
        touchpoints.touchpoint_key,
        touchpoints.touchpoint_id,
        touchpoints.person_key,
        touchpoints.occurred_at,
        touchpoints.channel,
        coalesce(channels.is_direct, false) as is_direct,
        touchpoints.campaign_key,
        touchpoints.is_retargeting,
        denials.person_key is not null as is_withheld
    from touchpoints
    left join channels
        on touchpoints.channel = channels.channel
    left join denials
        on touchpoints.person_key = denials.person_key
        and touchpoints.occurred_at >= denials.recorded_at
        and touchpoints.occurred_at < denials.ended_at_or_never

)

select * from touches
