{{ config(materialized='view') }}

{%- set shared = ['funnel', 'person_no', 'attempt_no', 'depth', 'is_best_attempt', 'segment', 'started_at'] -%}
{%- set entered = [] -%}
{%- for step_no in range(1, most_funnel_steps() + 1) -%}
    {%- do entered.append('entered_' ~ step_no) -%}
{%- endfor %}

with events as (

    select * from {{ ref('int_funnel__events') }}

),

order_modes as (

    select 'strict' as order_mode union all select 'ordered' union all select 'any'

),

-- Where nobody can get beyond the first step, the order doesn't matter: most people only ever visit.
only_started as (

    select
        order_modes.order_mode,
        events.funnel,
        events.person_no,
        events.event_no as attempt_no,
        1 as depth,
        events.event_no = 1 as is_best_attempt,
        events.segment,
        events.occurred_at as started_at,
        events.occurred_at as entered_1
        {%- for column in entered[1:] %},
        cast(null as timestamp) as {{ column }}
        {%- endfor %}
    from events
    cross join order_modes
    where events.highest_step_no = 1

),

attempts as (

    {% for order_mode in ['strict', 'ordered', 'any'] -%}
    select '{{ order_mode }}' as order_mode, {{ (shared + entered) | join(', ') }}
    from {{ ref('int_funnel__' ~ order_mode ~ '_attempts') }}
    union all
    {% endfor -%}
    select order_mode, {{ (shared + entered) | join(', ') }}
    from only_started

)

select * from attempts
