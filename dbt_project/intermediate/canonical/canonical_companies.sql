with identifiers as (

    select * from {{ ref('canonical_company_identifiers') }}

),

supplied as (

    select
        'hubspot' as source_system, company_id, name, domain, industry, employee_count,
        country, segment, created_at
    from {{ ref('stg_hubspot__companies') }}
    union all
    select
        'files' as source_system, company_id, name, domain, industry, employee_count,
        country, segment, created_at
    from {{ ref('stg_files__companies') }}

),

known as (

    select
        identifiers.company_key,
        identifiers.source_system,
        identifiers.company_id,
        supplied.name,
        supplied.domain,
        supplied.industry,
        supplied.employee_count,
        case
            when supplied.employee_count between 1 and 10 then '1-10'
            when supplied.employee_count between 11 and 50 then '11-50'
            when supplied.employee_count between 51 and 200 then '51-200'
            when supplied.employee_count between 201 and 1000 then '201-1000'
            when supplied.employee_count between 1001 and 5000 then '1001-5000'
            when supplied.employee_count > 5000 then '5001+'
            else 'unknown'
        end as size_band,
        supplied.country,
        supplied.segment,
        supplied.created_at,
        identifiers.is_inferred
    from identifiers
    left join supplied
        on identifiers.source_system = supplied.source_system
        and identifiers.company_id = supplied.company_id
    where supplied.company_id is not null or identifiers.is_inferred

)

select * from known
