-- Fails if an attempt of fct_funnel_progress lacks a step before one that it reached, or reached a step (in the modes strict
-- and ordered) before the one before it, later than the step's window after the steps before it or later than the step's
-- funnel window after the attempt's start.
with funnels as (

    select
        *,
        coalesce(funnel_window_seconds, max(funnel_window_seconds) over (partition by funnel)) as window_seconds
    from {{ ref('funnels') }}

),

funnel_progress as (

    select * from {{ ref('fct_funnel_progress') }}

),

{% set steps_in_order %}partition by funnel, order_mode, person_key, attempt_no order by step_no asc nulls last{% endset -%}
with_previous as (

    select
        *,
        lag(step_no) over ({{ steps_in_order }}) as previous_step_no,
        max(entered_at) over ({{ steps_in_order }} rows between unbounded preceding and 1 preceding) as previous_entered_at,
        min(entered_at) over (partition by funnel, order_mode, person_key, attempt_no) as started_at
    from funnel_progress

),

failures as (

    select with_previous.*
    from with_previous
    inner join funnels
        on with_previous.funnel = funnels.funnel
        and with_previous.step_no = funnels.step_no
    where
        with_previous.step_no <> coalesce(with_previous.previous_step_no, 0) + 1
        or (with_previous.order_mode <> 'any' and with_previous.entered_at < with_previous.previous_entered_at)
        or with_previous.entered_at
        > {{ dbt.dateadd('second', 'funnels.window_seconds', 'with_previous.started_at') }}
        or with_previous.entered_at
        > {{ dbt.dateadd('second', 'funnels.step_window_seconds', 'with_previous.previous_entered_at') }}

)

select * from failures
