with funnels as (

    select * from {{ ref('funnels') }}

),

steps as (

    select
        funnel,
        step_no,
        step,
        zone,
        entered_by,
        match,
        step_window_seconds,
        coalesce(funnel_window_seconds, max(funnel_window_seconds) over (partition by funnel)) as funnel_window_seconds,
        step_no = max(step_no) over (partition by funnel) as is_last_step,
        lead(step) over (partition by funnel order by step_no asc nulls last) as next_step
    from funnels

)

select * from steps
