{%- set is_of_company = var('attribution_subject') == 'company' -%}

with conversions as (

    select * from {{ ref('fct_conversions') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

own_people as (

    select
        conversion_key,
        converted_at,
        deal_key,
        person_key
    from conversions
    where
        person_key is not null
        {%- if is_of_company %}
        and company_key is null
        {%- endif %}

),

people_of_companies as (

    select
        conversions.conversion_key,
        conversions.converted_at,
        conversions.deal_key,
        people.person_key
    from conversions
    inner join people
        on conversions.company_key = people.company_key
    {%- if not is_of_company %}
    where conversions.person_key is null
    {%- endif %}

),

subjects as (

    select * from own_people
    union all
    select * from people_of_companies

)

select * from subjects
