with records as (

    select * from {{ ref('canonical_company_records') }}
    where own_domain is not null

),

-- Two companies of one source that share a domain are two on purpose, and which is meant elsewhere is unknown.
shared_domains as (

    select own_domain
    from records
    group by own_domain
    having count(*) > 1 and count(*) = count(distinct source_system)

),

ranked as (

    select
        records.*,
        row_number() over (
            partition by records.own_domain
            order by records.created_at nulls last, records.source_system, records.company_id
        ) as company_no
    from records
    inner join shared_domains on records.own_domain = shared_domains.own_domain

),

twins as (

    select
        ranked.source_system,
        ranked.company_id,
        {{ surrogate_key(["'company'", 'firsts.source_system', 'firsts.company_id']) }} as company_key
    from ranked
    inner join ranked as firsts
        on ranked.own_domain = firsts.own_domain
        and firsts.company_no = 1

)

select * from twins
