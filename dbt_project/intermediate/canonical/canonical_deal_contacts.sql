with all_deal_contacts as (

    select * from {{ ref('canonical_all_deal_contacts') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

excluded_deals as (

    select * from {{ ref('canonical_excluded_deals') }}

),

kept as (

    select all_deal_contacts.*
    from all_deal_contacts
    left join excluded_people on all_deal_contacts.person_key = excluded_people.person_key
    left join excluded_deals on all_deal_contacts.deal_key = excluded_deals.deal_key
    where excluded_people.person_key is null
        and excluded_deals.deal_key is null

)

select * from kept
