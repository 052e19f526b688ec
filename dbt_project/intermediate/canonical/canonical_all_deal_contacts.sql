with deals as (

    select * from {{ ref('canonical_deal_records') }}

),

identifiers as (

    select * from {{ ref('canonical_contact_identifiers') }}

),

hubspot_links as (

    select
        'hubspot' as source_system,
        from_id as deal_id,
        to_id as contact_id,
        -- The label that marks the primary contact says nothing of its part in the deal.
        min(case when category != 'HUBSPOT_DEFINED' and lower(label) not like '%primary%' then label end) as role,
        max(case when lower(label) like '%primary%' then 1 else 0 end) = 1 as is_primary
    from {{ ref('stg_hubspot__associations') }}
    where from_type = 'deals' and to_type = 'contacts'
    group by from_id, to_id

),

links as (

    select source_system, deal_id, contact_id, role, is_primary from hubspot_links
    union all
    select 'files' as source_system, deal_id, contact_id, role, coalesce(is_primary, false) as is_primary
    from {{ ref('stg_files__deal_contacts') }}

),

deal_contacts as (

    select
        deals.deal_key,
        identifiers.person_key,
        links.contact_id,
        links.role,
        links.is_primary
    from links
    inner join deals
        on links.source_system = deals.source_system
        and links.deal_id = deals.deal_id
    inner join identifiers
        on links.source_system = identifiers.source_system
        and links.contact_id = identifiers.contact_id

)

select * from deal_contacts
