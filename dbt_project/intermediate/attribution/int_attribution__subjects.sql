{%- set is_of_company = var('attribution_subject') == 'company' -%}

with conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

deal_contacts as (

    select * from {{ ref('canonical_deal_contacts') }}

),

of_one_person as (

    select * from conversions
    where person_key is not null {{ 'and company_key is null' if is_of_company }}

),

of_many as (

    select * from conversions
    {{ 'where person_key is null' if not is_of_company }}

),

members as (

    select
        conversion_key,
        person_key
    from of_one_person
    union
    select
        of_many.conversion_key,
        people.person_key
    from of_many
    inner join people
        on of_many.company_key = people.company_key
    union
    select
        of_many.conversion_key,
        deal_contacts.person_key
    from of_many
    inner join deal_contacts
        on of_many.deal_key = deal_contacts.deal_key

),

subjects as (

    select
        conversions.conversion_key,
        conversions.conversion_type,
        conversions.converted_at,
        conversions.previous_converted_at,
        conversions.deal_key,
        members.person_key
    from members
    inner join conversions
        on members.conversion_key = conversions.conversion_key

)

select * from subjects
