-- Fails if somebody in a lead's stage without an opportunity has no score, or somebody else has one.
with people as (

    select * from {{ ref('dim_people') }}

),

conversions as (

    select distinct person_key
    from {{ ref('fct_conversions') }}
    where conversion_type in ('opportunity', 'won')

),

leads as (

    select people.person_key
    from people
    left join conversions
        on people.person_key = conversions.person_key
    where people.lifecycle_stage in ('lead', 'mql', 'sal', 'sql') and conversions.person_key is null

),

scores as (

    select person_key from {{ ref('fct_lead_scores') }}

)

select
    leads.person_key as lead_without_score,
    scores.person_key as score_without_lead
from leads
full join scores
    on leads.person_key = scores.person_key
where leads.person_key is null or scores.person_key is null
