-- Fails if an attempt of fct_funnel_progress lacks a step before one that it reached, or reached a step before the one
-- before it, later than the step's window from there or later than the funnel's window from its start.
with funnels as (

    select * from {{ ref('funnels') }}

),

funnel_progress as (

    select * from {{ ref('fct_funnel_progress') }}

),

windows as (

    select
        funnel,
        max(funnel_window_seconds) as funnel_window_seconds
    from funnels
    group by funnel

),

with_previous as (

    select
        *,
        lag(step_no) over (
            partition by funnel, order_mode, person_key, attempt_no order by step_no asc nulls last
        ) as previous_step_no,
        lag(entered_at) over (
            partition by funnel, order_mode, person_key, attempt_no order by step_no asc nulls last
        ) as previous_entered_at,
        min(entered_at) over (partition by funnel, order_mode, person_key, attempt_no) as started_at
    from funnel_progress

),

failures as (

    select with_previous.*
    from with_previous
    inner join windows
        on with_previous.funnel = windows.funnel
    inner join funnels
        on with_previous.funnel = funnels.funnel
        and with_previous.step_no = funnels.step_no
    where
        with_previous.step_no <> coalesce(with_previous.previous_step_no, 0) + 1
        or (with_previous.order_mode <> 'any' and with_previous.entered_at < with_previous.previous_entered_at)
        or {{ fractional_days('with_previous.started_at', 'with_previous.entered_at') }} * 86400
        > windows.funnel_window_seconds + 0.000001
        or {{ fractional_days('with_previous.previous_entered_at', 'with_previous.entered_at') }} * 86400
        > funnels.step_window_seconds + 0.000001

)

select * from failures
