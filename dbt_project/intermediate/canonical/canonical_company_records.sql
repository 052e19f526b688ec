with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

free_mail as (

    select distinct {{ normalised_domain('domain') }} as domain_name
    from {{ ref('free_mail_domains') }}

),

hubspot_companies as (

    select companies.*
    from {{ ref('stg_hubspot__companies') }} as companies
    cross join as_of
    where not (companies.is_archived and coalesce(companies.archived_at, as_of.as_of) <= as_of.as_of)

),

companies as (

    select
        'hubspot' as source_system, company_id, name, domain, industry, employee_count, country, segment, created_at
    from hubspot_companies
    union all
    select
        'files' as source_system, company_id, name, domain, industry, employee_count, country, segment, created_at
    from {{ ref('stg_files__companies') }}

),

named as (

    select
        *,
        {{ normalised_domain('domain') }} as domain_name
    from companies

),

records as (

    select
        named.source_system,
        named.company_id,
        named.name,
        named.domain,
        case when free_mail.domain_name is null then named.domain_name end as own_domain,
        named.industry,
        named.employee_count,
        named.country,
        named.segment,
        named.created_at
    from named
    cross join as_of
    left join free_mail on named.domain_name = free_mail.domain_name
    where coalesce(named.created_at, as_of.as_of) <= as_of.as_of

)

select * from records
