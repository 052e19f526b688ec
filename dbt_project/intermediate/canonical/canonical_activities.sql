{{ config(materialized='view') }}

with all_activities as (

    select * from {{ ref('canonical_all_activities') }}

),

kept as (

    select
        activity_key,
        activity_id,
        source_system,
        occurred_at,
        activity_type,
        direction,
        prospecting,
        person_key,
        deal_key,
        owner,
        outcome
    from all_activities
    where excluded_by is null

)

select * from kept
