{{ config(materialized='view') }}

with all_conversions as (

    select * from {{ ref('canonical_all_conversions') }}

),

kept as (

    select
        conversion_id,
        source_system,
        conversion_type,
        person_key,
        company_key,
        converted_at,
        value,
        currency,
        value_reporting
    from all_conversions
    where excluded_by is null

)

select * from kept
