with identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}

),

contacts as (

    select * from {{ ref('canonical_contacts') }}

),

companies as (

    select * from {{ ref('canonical_companies') }}

),

people as (

    select
        person_key,
        min(case when kind = 'email' then identifier end) as email,
        case
            when count(distinct case when kind = 'contact' then identifier end) = 1
                then min(case when kind = 'contact' then identifier end)
        end as contact_id
    from identifiers
    group by person_key

),

newest_contacts as (

    select
        *,
        row_number() over (
            partition by person_key
            order by updated_at desc nulls last, created_at desc nulls last, contact_key
        ) as contact_no
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

described as (

    select
        people.person_key,
        people.email,
        {{ email_hash('people.email') }} as email_hash,
        people.contact_id,
        newest_contacts.company_key,
        coalesce(last_stages.stage, newest_contacts.lifecycle_stage) as lifecycle_stage,
        newest_contacts.lead_source,
        newest_contacts.self_reported_source,
        newest_contacts.owner,
        newest_contacts.country,
        coalesce(newest_contacts.segment, companies.segment, 'unknown') as segment,
        newest_contacts.is_opted_out,
        newest_contacts.created_at
    from people
    left join newest_contacts
        on people.person_key = newest_contacts.person_key
        and newest_contacts.contact_no = 1
    left join companies on newest_contacts.company_key = companies.company_key
    left join last_stages
        on people.person_key = last_stages.person_key
        and last_stages.stage_no = 1

)

select * from described
