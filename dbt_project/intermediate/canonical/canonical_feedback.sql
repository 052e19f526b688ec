{{ config(materialized='view') }}

with all_feedback as (

    select * from {{ ref('canonical_all_feedback') }}

),

kept as (

    select
        response_key,
        source_system,
        response_id,
        customer_key,
        customer_id,
        survey_type,
        score,
        responded_at
    from all_feedback
    where excluded_by is null

)

select * from kept
