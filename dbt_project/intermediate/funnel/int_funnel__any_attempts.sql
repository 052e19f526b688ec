{%- set most_steps = most_funnel_steps() -%}

with windows as (

    select * from {{ ref('int_funnel__windows') }}

),

next_steps as (

    select * from {{ ref('int_funnel__next_steps') }}

),

-- reached_n is the moment at which the first n steps had all been entered.
reached_1 as (

    select
        next_steps.*,
        {%- for step_no in range(2, most_steps + 1) %}
        windows.step_window_{{ step_no }},
        windows.funnel_window_{{ step_no }},
        {%- endfor %}
        case
            when {{ within_window('next_steps.next_1', 'windows.funnel_window_1', 'next_steps.occurred_at') }}
                then next_steps.next_1
        end as reached_1
    from next_steps
    inner join windows on next_steps.funnel = windows.funnel

),

{% for step_no in range(2, most_steps + 1) -%}
{%- set before = 'reached_' ~ (step_no - 1) -%}
{%- set entered = 'next_' ~ step_no -%}
reached_{{ step_no }} as (

    select
        *,
        case
            when
                {{ before }} is not null
                and {{ entered }} is not null
                and {{ within_window(entered, 'funnel_window_' ~ step_no, 'occurred_at') }}
                and {{ within_window(entered, 'step_window_' ~ step_no, before) }}
                then greatest({{ before }}, {{ entered }})
        end as reached_{{ step_no }}
    from {{ before }}

),

{% endfor -%}
measured as (

    select
        *,
        {% for step_no in range(1, most_steps + 1) -%}
        case when reached_{{ step_no }} is not null then 1 else 0 end{{ ' + ' if not loop.last }}
        {%- endfor %} as depth
    from reached_{{ most_steps }}

),

opened as (

    select
        *,
        row_number() over (partition by person_no, funnel order by event_no asc nulls last) as attempt_no
    from measured
    where step_no <= depth

),

any_attempts as (

    select
        funnel,
        person_no,
        attempt_no,
        depth,
        {{ is_best_funnel_attempt() }} as is_best_attempt,
        segment,
        occurred_at as started_at
        {%- for step_no in range(1, most_steps + 1) %},
        case when depth >= {{ step_no }} then next_{{ step_no }} end as entered_{{ step_no }}
        {%- endfor %}
    from opened

)

select * from any_attempts
