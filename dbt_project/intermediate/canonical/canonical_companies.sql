{{ config(materialized='view') }}

with all_companies as (

    select * from {{ ref('canonical_all_companies') }}

),

kept as (

    select
        company_key,
        source_system,
        company_id,
        name,
        domain,
        industry,
        employee_count,
        size_band,
        country,
        segment,
        created_at,
        is_inferred
    from all_companies
    where excluded_by is null

)

select * from kept
