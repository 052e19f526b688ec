with records as (

    select * from {{ ref('canonical_contact_records') }}

),

identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind = 'contact'

),

companies as (

    select * from {{ ref('canonical_company_identifiers') }}

),

later_entries as (

    select distinct source_system, contact_id
    from {{ ref('canonical_lifecycle_entries') }}
    where is_later

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

contacts as (

    select
        {{ surrogate_key(["'contact'", 'records.source_system', 'records.contact_id']) }} as contact_key,
        identifiers.person_key,
        companies.company_key,
        records.source_system,
        records.contact_id,
        records.email,
        records.first_name,
        records.last_name,
        case
            when later_entries.contact_id is null then coalesce(stages.stage, records.lifecycle_stage)
        end as lifecycle_stage,
        records.lead_source,
        records.self_reported_source,
        records.owner,
        records.country,
        records.segment,
        records.is_opted_out,
        records.created_at,
        records.updated_at
    from records
    inner join identifiers
        on records.source_system = identifiers.source_system
        and records.contact_id = identifiers.identifier
    left join companies
        on records.source_system = companies.source_system
        and records.company_id = companies.company_id
    left join later_entries
        on records.source_system = later_entries.source_system
        and records.contact_id = later_entries.contact_id
    {{ stage_map_join('records', 'contact', 'lifecycle_stage') }}
    left join excluded_people on identifiers.person_key = excluded_people.person_key
    where excluded_people.person_key is null

)

select * from contacts
