with companies as (

    select * from {{ ref('canonical_companies') }}

),

described as (

    select
        company_key,
        company_id,
        source_system,
        name,
        domain,
        industry,
        employee_count,
        size_band,
        country,
        coalesce(segment, 'unknown') as segment
    from companies

)

select * from described
