{%- set described = ['name', 'domain', 'industry', 'employee_count', 'country', 'segment'] -%}
with identifiers as (

    select * from {{ ref('canonical_company_identifiers') }}

),

records as (

    select * from {{ ref('canonical_company_records') }}

),

supplied as (

    select
        identifiers.company_key,
        identifiers.source_system,
        identifiers.company_id,
        {%- for column in described %}
        records.{{ column }},
        {%- endfor %}
        records.created_at,
        identifiers.is_inferred,
        row_number() over (
            partition by identifiers.company_key
            order by records.created_at nulls last, identifiers.source_system, identifiers.company_id
        ) as company_no
    from identifiers
    left join records
        on identifiers.source_system = records.source_system
        and identifiers.company_id = records.company_id
    where records.company_id is not null or identifiers.is_inferred

),

-- What the first source leaves open, another may say.
unified as (

    select
        company_key,
        min(case when company_no = 1 then source_system end) as source_system,
        case when count(distinct company_id) = 1 then min(company_id) end as company_id,
        {%- for column in described %}
        coalesce(min(case when company_no = 1 then {{ column }} end), min({{ column }})) as {{ column }},
        {%- endfor %}
        min(created_at) as created_at,
        min(case when is_inferred then 1 else 0 end) = 1 as is_inferred
    from supplied
    group by company_key

),

excluded_companies as (

    select * from {{ ref('canonical_excluded_companies') }}

),

companies as (

    select
        company_key,
        source_system,
        company_id,
        name,
        domain,
        industry,
        employee_count,
        case
            when employee_count between 1 and 10 then '1-10'
            when employee_count between 11 and 50 then '11-50'
            when employee_count between 51 and 200 then '51-200'
            when employee_count between 201 and 1000 then '201-1000'
            when employee_count between 1001 and 5000 then '1001-5000'
            when employee_count > 5000 then '5001+'
            else 'unknown'
        end as size_band,
        country,
        segment,
        created_at,
        is_inferred
    from unified

),

judged as (

    select
        companies.*,
        excluded_companies.rule_no as excluded_by
    from companies
    left join excluded_companies on companies.company_key = excluded_companies.company_key

)

select * from judged
