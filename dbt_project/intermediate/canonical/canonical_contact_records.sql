with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

owners as (

    select * from {{ ref('canonical_owners') }}

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
        contacts.merged_contact_ids,
        contacts.is_opted_out,
        contacts.created_at,
        contacts.updated_at
    from {{ ref('stg_hubspot__contacts') }} as contacts
    cross join as_of
    left join owners
        on owners.source_system = 'hubspot'
        and contacts.owner_id = owners.owner_id
    where not (contacts.is_archived and coalesce(contacts.archived_at, as_of.as_of) <= as_of.as_of)

),

contacts as (

    select * from hubspot_contacts
    union all
    select
        'files' as source_system, contact_id, company_id, email, first_name, last_name, lifecycle_stage,
        lead_source, self_reported_source, owner, country, segment,
        cast(null as {{ dbt.type_string() }}) as merged_contact_ids, is_opted_out, created_at, updated_at
    from {{ ref('stg_files__contacts') }}

),

records as (

    select
        contacts.source_system,
        contacts.contact_id,
        contacts.company_id,
        {{ normalised_email('contacts.email') }} as email,
        contacts.first_name,
        contacts.last_name,
        contacts.lifecycle_stage,
        contacts.lead_source,
        contacts.self_reported_source,
        contacts.owner,
        contacts.country,
        contacts.segment,
        contacts.merged_contact_ids,
        contacts.is_opted_out,
        contacts.created_at,
        contacts.updated_at
    from contacts
    cross join as_of
    where coalesce(contacts.created_at, as_of.as_of) <= as_of.as_of

)

select * from records
