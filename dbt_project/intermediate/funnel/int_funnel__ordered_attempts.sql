{%- set most_steps = 10 -%}

with funnels as (

    select * from {{ ref('funnels') }}

),

next_steps as (

    select * from {{ ref('int_funnel__next_steps') }}

),

steps as (

    select
        funnel,
        step_no,
        step_window_seconds,
        max(funnel_window_seconds) over (partition by funnel) as funnel_window_seconds
    from funnels

),

later_steps as (

    select distinct
        funnel,
        person_key,
        step_no,
        occurred_at,
        next_entered_at
    from next_steps
    where step_no > 1

),

step_1 as (

    select
        funnel,
        person_key,
        row_number() over (
            partition by funnel, person_key
            order by occurred_at asc nulls last, event_id asc nulls last
        ) as attempt_no,
        step_no,
        occurred_at as started_at,
        cast(null as timestamp) as previous_entered_at,
        occurred_at as entered_at,
        segment,
        next_entered_at
    from next_steps
    where step_no = 1

),

{% for step_no in range(2, most_steps + 1) -%}
step_{{ step_no }} as (

    select
        previous_step.funnel,
        previous_step.person_key,
        previous_step.attempt_no,
        steps.step_no,
        previous_step.started_at,
        previous_step.entered_at as previous_entered_at,
        previous_step.next_entered_at as entered_at,
        previous_step.segment,
        later_steps.next_entered_at
    from step_{{ step_no - 1 }} as previous_step
    inner join steps
        on previous_step.funnel = steps.funnel
        and steps.step_no = {{ step_no }}
    inner join later_steps
        on previous_step.funnel = later_steps.funnel
        and previous_step.person_key = later_steps.person_key
        and steps.step_no = later_steps.step_no
        and previous_step.next_entered_at = later_steps.occurred_at
    where
        coalesce(previous_step.next_entered_at <= {{ dbt.dateadd('second', 'steps.step_window_seconds', 'previous_step.entered_at') }}, true)
        and coalesce(previous_step.next_entered_at <= {{ dbt.dateadd('second', 'steps.funnel_window_seconds', 'previous_step.started_at') }}, true)

),

{% endfor -%}
ordered_attempts as (

    {%- for step_no in range(1, most_steps + 1) %}
    select * from step_{{ step_no }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from ordered_attempts
