{%- set most_steps = most_funnel_steps() -%}

with ordered_attempts as (

    select * from {{ ref('int_funnel__ordered_attempts') }}

),

disturbed_transitions as (

    select * from {{ ref('int_funnel__disturbed_transitions') }}

),

cut as (

    select
        attempts.funnel,
        attempts.person_no,
        attempts.attempt_no,
        case
            {%- for step_no in range(1, most_steps) %}
            when from_{{ step_no }}.from_step_no is not null then {{ step_no }}
            {%- endfor %}
            else attempts.depth
        end as depth,
        attempts.segment,
        attempts.started_at
        {%- for step_no in range(1, most_steps + 1) %},
        attempts.entered_{{ step_no }}
        {%- endfor %}
    from ordered_attempts as attempts
    {%- for step_no in range(1, most_steps) %}
    left join disturbed_transitions as from_{{ step_no }}
        on attempts.funnel = from_{{ step_no }}.funnel
        and attempts.person_no = from_{{ step_no }}.person_no
        and from_{{ step_no }}.from_step_no = {{ step_no }}
        and attempts.entered_{{ step_no }} = from_{{ step_no }}.started_at
    {%- endfor %}

),

strict_attempts as (

    select
        funnel,
        person_no,
        attempt_no,
        depth,
        {{ is_best_funnel_attempt() }} as is_best_attempt,
        segment,
        started_at
        {%- for step_no in range(1, most_steps + 1) %},
        case when depth >= {{ step_no }} then entered_{{ step_no }} end as entered_{{ step_no }}
        {%- endfor %}
    from cut

)

select * from strict_attempts
