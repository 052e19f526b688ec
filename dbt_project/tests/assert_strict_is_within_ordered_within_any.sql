-- Fails if a person got further in a funnel where other events end an attempt (strict) than where they may stand between
-- (ordered), further in ordered than where the order doesn't matter (any; unless a step has a window of its own, because
-- steps taken early start it early), or isn't in all three modes.
with funnels as (

    select
        funnel,
        count(step_window_seconds) as step_windows
    from {{ ref('funnels') }}
    group by funnel

),

funnel_progress as (

    select * from {{ ref('fct_funnel_progress') }}

),

depths as (

    select
        funnel,
        person_key,
        coalesce(max(case when order_mode = 'strict' then step_no end), 0) as strict_depth,
        coalesce(max(case when order_mode = 'ordered' then step_no end), 0) as ordered_depth,
        coalesce(max(case when order_mode = 'any' then step_no end), 0) as any_depth
    from funnel_progress
    group by funnel, person_key

),

failures as (

    select depths.*
    from depths
    inner join funnels on depths.funnel = funnels.funnel
    where
        depths.strict_depth = 0
        or depths.any_depth = 0
        or depths.strict_depth > depths.ordered_depth
        or (depths.ordered_depth > depths.any_depth and funnels.step_windows = 0)

)

select * from failures
