with subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

people_touched as (

    select
        person_key,
        min(occurred_at) as first_touched_at
    from touchpoints
    group by person_key

),

first_touches as (

    select
        subjects.conversion_key,
        min(people_touched.first_touched_at) as first_touched_at
    from subjects
    inner join people_touched
        on subjects.person_key = people_touched.person_key
    group by subjects.conversion_key

)

select * from first_touches
