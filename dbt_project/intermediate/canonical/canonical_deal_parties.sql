with deals as (

    select * from {{ ref('canonical_deal_records') }}

),

people as (

    select * from {{ ref('canonical_people') }}

),

named_contacts as (

    select deals.deal_key, identifiers.person_key
    from deals
    inner join {{ ref('canonical_contact_identifiers') }} as identifiers
        on deals.source_system = identifiers.source_system
        and deals.contact_id = identifiers.contact_id

),

linked_contacts as (

    select
        deal_key,
        person_key,
        row_number() over (
            partition by deal_key
            order by case when is_primary then 0 else 1 end, contact_id
        ) as contact_no
    from {{ ref('canonical_all_deal_contacts') }}

),

associated_companies as (

    select
        from_id as deal_id,
        to_id as company_id,
        'hubspot' as source_system,
        row_number() over (
            partition by from_id
            order by case when lower(label) like '%primary%' then 0 else 1 end, to_id
        ) as company_no
    from {{ ref('stg_hubspot__associations') }}
    where from_type = 'deals' and to_type = 'companies'

),

deal_people as (

    select
        deals.deal_key,
        deals.source_system,
        coalesce(deals.company_id, associated_companies.company_id) as company_id,
        coalesce(named_contacts.person_key, linked_contacts.person_key) as person_key
    from deals
    left join named_contacts on deals.deal_key = named_contacts.deal_key
    left join linked_contacts
        on deals.deal_key = linked_contacts.deal_key
        and linked_contacts.contact_no = 1
    left join associated_companies
        on deals.source_system = associated_companies.source_system
        and deals.deal_id = associated_companies.deal_id
        and associated_companies.company_no = 1

),

parties as (

    select
        deal_people.deal_key,
        deal_people.person_key,
        coalesce(companies.company_key, people.company_key) as company_key
    from deal_people
    left join people on deal_people.person_key = people.person_key
    left join {{ ref('canonical_company_identifiers') }} as companies
        on deal_people.source_system = companies.source_system
        and deal_people.company_id = companies.company_id

)

select * from parties
