with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

hubspot_companies as (

    select companies.company_id
    from {{ ref('stg_hubspot__companies') }} as companies
    cross join as_of
    where coalesce(companies.created_at, as_of.as_of) <= as_of.as_of
        and not (companies.is_archived and coalesce(companies.archived_at, as_of.as_of) <= as_of.as_of)

),

file_companies as (

    select companies.company_id
    from {{ ref('stg_files__companies') }} as companies
    cross join as_of
    where coalesce(companies.created_at, as_of.as_of) <= as_of.as_of

),

named_by_files as (

    select company_id, created_at as named_at from {{ ref('stg_files__contacts') }}
    union all
    select company_id, created_at as named_at from {{ ref('stg_files__deals') }}
    union all
    select company_id, ordered_at as named_at from {{ ref('stg_files__orders') }}
    union all
    select company_id, started_at as named_at from {{ ref('stg_files__subscription_periods') }}

),

unlisted as (

    select distinct named_by_files.company_id
    from named_by_files
    cross join as_of
    left join file_companies on named_by_files.company_id = file_companies.company_id
    where named_by_files.company_id is not null
        and file_companies.company_id is null
        and coalesce(named_by_files.named_at, as_of.as_of) <= as_of.as_of

),

resolved as (

    select 'hubspot' as source_system, company_id, 'hubspot' as owning_system, false as is_inferred
    from hubspot_companies
    union all
    select 'files' as source_system, company_id, 'files' as owning_system, false as is_inferred
    from file_companies
    union all
    select
        'files' as source_system,
        unlisted.company_id,
        case when hubspot_companies.company_id is null then 'files' else 'hubspot' end as owning_system,
        hubspot_companies.company_id is null as is_inferred
    from unlisted
    left join hubspot_companies on unlisted.company_id = hubspot_companies.company_id

),

keyed as (

    select
        source_system,
        company_id,
        {{ surrogate_key(["'company'", 'owning_system', 'company_id']) }} as company_key,
        is_inferred
    from resolved

)

select * from keyed
