with people as (

    select * from {{ ref('dim_people') }}

),

companies as (

    select * from {{ ref('dim_companies') }}

),

numbered as (

    select
        row_number() over (order by people.person_key asc nulls last) as person_no,
        people.person_key,
        coalesce(people.segment, 'unknown') as segment,
        coalesce(people.lead_source, 'unknown') as lead_source,
        coalesce(people.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(people.country, 'unknown') as country,
        coalesce(companies.industry, 'unknown') as industry,
        coalesce(companies.size_band, 'unknown') as size_band
    from people
    left join companies on people.company_key = companies.company_key

)

select * from numbered
