with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

records as (

    select * from {{ ref('canonical_company_records') }}

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
    left join records
        on records.source_system = 'files'
        and named_by_files.company_id = records.company_id
    where named_by_files.company_id is not null
        and records.company_id is null
        and coalesce(named_by_files.named_at, as_of.as_of) <= as_of.as_of

),

-- An id that several sources know says nothing about which company it is.
known_once as (

    select
        company_id,
        min(source_system) as source_system
    from records
    where source_system != 'files'
    group by company_id
    having count(*) = 1

),

resolved as (

    select
        source_system, company_id, source_system as home_system, false as is_inferred
    from records
    union all
    select
        'files' as source_system,
        unlisted.company_id,
        coalesce(known_once.source_system, 'files') as home_system,
        known_once.company_id is null as is_inferred
    from unlisted
    left join known_once on unlisted.company_id = known_once.company_id

),

keyed as (

    select
        resolved.source_system,
        resolved.company_id,
        coalesce(
            twins.company_key, {{ surrogate_key(["'company'", 'resolved.home_system', 'resolved.company_id']) }}
        ) as company_key,
        resolved.is_inferred
    from resolved
    left join {{ ref('canonical_company_twins') }} as twins
        on resolved.home_system = twins.source_system
        and resolved.company_id = twins.company_id

)

select * from keyed
