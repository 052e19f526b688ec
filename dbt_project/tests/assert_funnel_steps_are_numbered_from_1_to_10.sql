-- Fails if the steps of a funnel aren't numbered 1, 2, 3 … without a gap, if there are more than the 10 that
-- int_funnel__ordered_attempts follows, or if the funnel's rows name more than one funnel window.
with funnels as (

    select * from {{ ref('funnels') }}

),

failures as (

    select
        funnel,
        min(step_no) as first_step,
        max(step_no) as last_step,
        count(*) as steps,
        count(distinct funnel_window_seconds) as windows
    from funnels
    group by funnel
    having min(step_no) <> 1 or max(step_no) <> count(*) or max(step_no) > 10 or count(distinct funnel_window_seconds) > 1

)

select * from failures
