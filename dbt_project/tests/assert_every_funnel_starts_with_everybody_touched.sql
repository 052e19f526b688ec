-- Fails if the people in fct_funnel_progress aren't all those of fct_touchpoints, for a funnel whose first step any touch
-- enters.
with funnels as (

    select * from {{ ref('funnels') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

funnel_progress as (

    select * from {{ ref('fct_funnel_progress') }}

),

touched as (

    select
        funnels.funnel,
        count(distinct touchpoints.person_key) as people
    from funnels
    cross join touchpoints
    where funnels.step_no = 1 and funnels.entered_by = 'touchpoint' and coalesce(funnels.match, '') = ''
    group by funnels.funnel

),

started as (

    select
        funnel,
        count(distinct person_key) as people
    from funnel_progress
    group by funnel

),

failures as (

    select
        touched.funnel,
        touched.people,
        started.people as started
    from touched
    left join started
        on touched.funnel = started.funnel
    where touched.people <> coalesce(started.people, 0)

)

select * from failures
