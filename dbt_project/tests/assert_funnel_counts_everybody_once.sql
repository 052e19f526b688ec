-- Fails if the people in a step of fct_funnel_conversion, all cohorts of a split together, aren't those whose best attempt
-- in fct_funnel_progress reached it, or if somebody with an attempt has no best one.
with funnel_progress as (

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
        on entered_by_step.funnel = people_by_step.funnel
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
        on everybody.funnel = people_by_step.funnel
        and everybody.order_mode = people_by_step.order_mode
        and people_by_step.step_no = 1
    where everybody.people <> coalesce(people_by_step.people, 0)

)

select * from failures
