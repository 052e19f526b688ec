with identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}

),

contacts as (

    select * from {{ ref('canonical_contacts') }}

),

-- An e-mail, where there is one, is what represents a person.
people as (

    select
        person_key,
        min(case when is_representative and kind = 'email' then identifier end) as email,
        case
            when count(case when kind = 'contact' then node_no end) = 1
                then min(case when kind = 'contact' then identifier end)
        end as contact_id
    from identifiers
    group by person_key

),

ranked_contacts as (

    select
        *,
        row_number() over (
            partition by person_key
            order by updated_at desc nulls last, created_at desc nulls last, contact_key
        ) as contact_no,
        row_number() over (
            partition by person_key
            order by
                case when company_key is null then 1 else 0 end,
                updated_at desc nulls last, created_at desc nulls last, contact_key
        ) as employment_no
    from contacts

),

last_stages as (

    select
        person_key,
        stage,
        row_number() over (
            partition by person_key
            order by entered_at desc, stage_order desc, stage
        ) as stage_no
    from {{ ref('canonical_lifecycle_history') }}

),

-- Whom no CRM knows is of no company, whatever the address. In the join itself, a condition of its left side alone would have
-- DuckDB compare everybody with every domain.
with_employments as (

    select
        people.*,
        employments.company_key as employment_company_key,
        case when employments.person_key is not null then {{ dbt.split_part('people.email', "'@'", 2) }} end as domain
    from people
    left join ranked_contacts as employments
        on people.person_key = employments.person_key
        and employments.employment_no = 1

),

employed as (

    select
        with_employments.person_key,
        with_employments.email,
        with_employments.contact_id,
        coalesce(with_employments.employment_company_key, domains.company_key) as company_key
    from with_employments
    left join {{ ref('canonical_company_domains') }} as domains
        on with_employments.domain = domains.domain

),

described as (

    select
        employed.person_key,
        employed.email,
        {{ email_hash('employed.email') }} as email_hash,
        employed.contact_id,
        employed.company_key,
        coalesce(last_stages.stage, newest_contacts.lifecycle_stage) as lifecycle_stage,
        newest_contacts.lead_source,
        newest_contacts.self_reported_source,
        newest_contacts.owner,
        newest_contacts.country,
        coalesce(newest_contacts.segment, companies.segment, 'unknown') as segment,
        newest_contacts.is_opted_out,
        newest_contacts.created_at
    from employed
    left join ranked_contacts as newest_contacts
        on employed.person_key = newest_contacts.person_key
        and newest_contacts.contact_no = 1
    left join {{ ref('canonical_companies') }} as companies on employed.company_key = companies.company_key
    left join last_stages
        on employed.person_key = last_stages.person_key
        and last_stages.stage_no = 1
    left join {{ ref('canonical_excluded_people') }} as excluded_people
        on employed.person_key = excluded_people.person_key
    where excluded_people.person_key is null

)

select * from described
