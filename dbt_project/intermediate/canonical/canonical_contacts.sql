with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

companies as (

    select * from {{ ref('canonical_company_identifiers') }}

),

hubspot_contacts as (

    select
        'hubspot' as source_system,
        contacts.contact_id,
        contacts.company_id,
        contacts.email,
        contacts.first_name,
        contacts.last_name,
        contacts.lifecycle_stage,
        contacts.lead_source,
        contacts.self_reported_source,
        coalesce(owners.owner, contacts.owner_id) as owner,
        contacts.country,
        contacts.segment,
        contacts.is_opted_out,
        contacts.created_at,
        contacts.updated_at
    from {{ ref('stg_hubspot__contacts') }} as contacts
    cross join as_of
    left join {{ ref('canonical_owners') }} as owners
        on owners.source_system = 'hubspot'
        and contacts.owner_id = owners.owner_id
    where not (contacts.is_archived and coalesce(contacts.archived_at, as_of.as_of) <= as_of.as_of)

),

later_entries as (

    select distinct source_system, contact_id
    from {{ ref('canonical_lifecycle_entries') }}
    where is_later

),

contacts as (

    select * from hubspot_contacts
    union all
    select
        'files' as source_system, contact_id, company_id, email, first_name, last_name, lifecycle_stage,
        lead_source, self_reported_source, owner, country, segment, is_opted_out, created_at, updated_at
    from {{ ref('stg_files__contacts') }}

),

identified as (

    select
        {{ surrogate_key(["'contact'", 'contacts.source_system', 'contacts.contact_id']) }} as contact_key,
        coalesce(
            {{ person_of_email('contacts.email') }},
            {{ surrogate_key(["'contact'", 'contacts.source_system', 'contacts.contact_id']) }}
        ) as person_key,
        companies.company_key,
        contacts.source_system,
        contacts.contact_id,
        {{ normalised_email('contacts.email') }} as email,
        contacts.first_name,
        contacts.last_name,
        case
            when later_entries.contact_id is null then coalesce(stages.stage, contacts.lifecycle_stage)
        end as lifecycle_stage,
        contacts.lead_source,
        contacts.self_reported_source,
        contacts.owner,
        contacts.country,
        contacts.segment,
        contacts.is_opted_out,
        contacts.created_at,
        contacts.updated_at
    from contacts
    cross join as_of
    left join companies
        on contacts.source_system = companies.source_system
        and contacts.company_id = companies.company_id
    left join later_entries
        on contacts.source_system = later_entries.source_system
        and contacts.contact_id = later_entries.contact_id
    {{ stage_map_join('contacts', 'contact', 'lifecycle_stage') }}
    where coalesce(contacts.created_at, as_of.as_of) <= as_of.as_of

)

select * from identified
