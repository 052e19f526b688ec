with people as (

    select * from {{ ref('dim_people') }}

),

activities as (

    select * from {{ ref('fct_activities') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

reached as (

    select person_key, 'reply' as outcome, occurred_at as reached_at
    from activities
    where direction = 'inbound'
    union all
    select person_key, 'mql' as outcome, became_mql_at as reached_at
    from people
    where became_mql_at is not null
    union all
    select person_key, conversion_type as outcome, converted_at as reached_at
    from conversions
    where conversion_type in ('opportunity', 'won')

),

outcomes as (

    select
        person_key,
        outcome,
        min(reached_at) as reached_at
    from reached
    where person_key is not null
    group by person_key, outcome

)

select * from outcomes
