{{ config(materialized='view') }}

with subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

touches as (

    select * from {{ ref('int_attribution__touches') }}

),

lookbacks as (

    select * from {{ ref('int_attribution__lookbacks') }}

),

touches_in_window as (

    select
        subjects.conversion_key,
        subjects.conversion_type,
        subjects.converted_at,
        touches.touchpoint_key,
        touches.touchpoint_id,
        touches.person_key,
        touches.occurred_at,
        touches.channel,
        touches.is_direct,
        touches.campaign_key,
        touches.is_retargeting,
        touches.is_withheld
    from subjects
    inner join touches
        on subjects.person_key = touches.person_key
        and subjects.converted_at >= touches.occurred_at
    inner join lookbacks
        on subjects.conversion_type = lookbacks.conversion_type
        and touches.channel = lookbacks.channel
    where
        touches.occurred_at >= {{ dbt.dateadd('day', '-1 * lookbacks.lookback_days', 'subjects.converted_at') }}
        and (subjects.previous_converted_at is null or touches.occurred_at > subjects.previous_converted_at)

)

select * from touches_in_window
