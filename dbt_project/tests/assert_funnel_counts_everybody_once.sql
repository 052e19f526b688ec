-- Fails if the people in a step of fct_funnel_conversion, all cohorts of a split together, aren't those whose best attempt
-- in fct_funnel_progress reached it, or if somebody entered step 1 who has no best attempt or two.
with

funnels as (
    select * from {{ ref('funnels') }}
),

first_step_events as (
    select * from {{ ref('fct_touchpoints') }}
),

funnel_progress as (
    select * from {{ ref('fct_funnel_progress') }}
),

funnel_conversion as (
    select * from {{ ref('fct_funnel_conversion') }}
),

people_by_step as (
    select
        funnel,
        order_mode,
        step_no,
        count(distinct person_key) as people
    from funnel_progress
    where is_best_attempt
    group by funnel, order_mode, step_no
),

everybody as (
    select
        funnel,
        order_mode,
        count(distinct person_key) as people
    from funnel_progress
    group by funnel, order_mode
),

entered_by_step as (
    select
        funnel,
        order_mode,
        segment_name,
        step_no,
        sum(entered) as entered
    from funnel_conversion
    group by funnel, order_mode, segment_name, step_no
),

-- Counted beside the funnel's own models, for the steps that any touch enters.
touched as (
    select
        funnels.funnel,
        count(distinct first_step_events.person_key) as people
    from funnels
    cross join first_step_events
    where funnels.step_no = 1 and funnels.entered_by = 'touchpoint' and coalesce(funnels.match, '') = ''
    group by funnels.funnel
),

failures as (
    select
        entered_by_step.funnel,
        entered_by_step.order_mode,
        entered_by_step.segment_name,
        entered_by_step.step_no,
        entered_by_step.entered,
        people_by_step.people
    from entered_by_step
    full outer join people_by_step
        on
            entered_by_step.funnel = people_by_step.funnel
            and entered_by_step.order_mode = people_by_step.order_mode
            and entered_by_step.step_no = people_by_step.step_no
    where coalesce(entered_by_step.entered, 0) <> coalesce(people_by_step.people, 0)
    union all
    select
        everybody.funnel,
        everybody.order_mode,
        'with a best attempt' as segment_name,
        1 as step_no,
        people_by_step.people as entered,
        everybody.people
    from everybody
    left join people_by_step
        on
            everybody.funnel = people_by_step.funnel
            and everybody.order_mode = people_by_step.order_mode
            and people_by_step.step_no = 1
    where everybody.people <> coalesce(people_by_step.people, 0)
    union all
    select
        touched.funnel,
        'any' as order_mode,
        'touched' as segment_name,
        1 as step_no,
        coalesce(max(everybody.people), 0) as entered,
        touched.people
    from touched
    left join everybody
        on touched.funnel = everybody.funnel
    group by touched.funnel, touched.people
    having touched.people <> coalesce(max(everybody.people), 0)
)

select * from failures
