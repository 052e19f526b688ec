with records as (

    select * from {{ ref('canonical_company_records') }}
    where own_domain is not null

),

identifiers as (

    select * from {{ ref('canonical_company_identifiers') }}

),

domains as (

    select
        records.own_domain as domain,
        min(identifiers.company_key) as company_key
    from records
    inner join identifiers
        on records.source_system = identifiers.source_system
        and records.company_id = identifiers.company_id
    group by records.own_domain
    having count(distinct identifiers.company_key) = 1

)

select * from domains
