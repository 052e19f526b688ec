with attempts as (

    select * from {{ ref('int_funnel__attempts') }}

),

steps as (

    select * from {{ ref('int_funnel__steps') }}

),

people as (

    select * from {{ ref('int_funnel__people') }}

),

-- The steps of every depth are looked up, not compared: most attempts are one step deep.
steps_within as (

    select
        deepest.step_no as depth,
        steps.*
    from steps as deepest
    inner join steps
        on deepest.funnel = steps.funnel
        and deepest.step_no >= steps.step_no

),

reached as (

    select
        attempts.funnel,
        attempts.order_mode,
        attempts.person_no,
        attempts.attempt_no,
        attempts.is_best_attempt,
        attempts.segment,
        steps_within.step_no,
        steps_within.step,
        case steps_within.step_no
            {%- for step_no in range(1, most_funnel_steps() + 1) %}
            when {{ step_no }} then attempts.entered_{{ step_no }}
            {%- endfor %}
        end as entered_at,
        case steps_within.step_no
            {%- for step_no in range(2, most_funnel_steps() + 1) %}
            when {{ step_no }} then {{ funnel_depth_reached_at('attempts', step_no - 1) }}
            {%- endfor %}
        end as previous_reached_at
    from attempts
    inner join steps_within
        on attempts.funnel = steps_within.funnel
        and attempts.depth = steps_within.depth

),

-- Where steps may come in any order, an earlier moment than the one before has cost no further time.
funnel_progress as (

    select
        reached.funnel,
        reached.order_mode,
        cast(reached.attempt_no as integer) as attempt_no,
        reached.is_best_attempt,
        reached.step_no,
        reached.step,
        people.person_key,
        reached.entered_at,
        case
            when reached.step_no > 1
                then {{ fractional_days('reached.previous_reached_at', 'greatest(reached.previous_reached_at, reached.entered_at)') }}
        end as days_from_previous,
        coalesce(reached.segment, people.segment) as segment,
        people.acquisition_channel
    from reached
    inner join people on reached.person_no = people.person_no

)

select * from funnel_progress
