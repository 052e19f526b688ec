with activities as (

    select * from {{ ref('canonical_activities') }}

),

described as (

    select
        activity_key,
        activity_id,
        source_system,
        occurred_at,
        activity_type as type,
        direction,
        prospecting,
        person_key,
        deal_key,
        owner,
        outcome
    from activities

)

select * from described
