with people as (

    select * from {{ ref('dim_people') }}

),

journey_subjects as (

    select
        person_key,
        {{ 'coalesce(company_key, person_key)' if var('attribution_subject') == 'company' else 'person_key' }} as subject_key
    from people

)

select * from journey_subjects
