{%- set most_steps = most_funnel_steps() -%}

with windows as (

    select * from {{ ref('int_funnel__windows') }}

),

next_steps as (

    select * from {{ ref('int_funnel__next_steps') }}

),

-- What follows the events of one step at one moment is the same for all of them.
later_steps as (

    select distinct
        funnel,
        person_no,
        step_no,
        occurred_at,
        case step_no
            {%- for step_no in range(2, most_steps) %}
            when {{ step_no }} then next_{{ step_no + 1 }}
            {%- endfor %}
        end as next_entered_at
    from next_steps
    where step_no > 1

),

chain_1 as (

    select
        next_steps.funnel,
        next_steps.person_no,
        row_number() over (
            partition by next_steps.person_no, next_steps.funnel
            order by next_steps.event_no asc nulls last
        ) as attempt_no,
        next_steps.segment,
        next_steps.occurred_at as entered_1,
        next_steps.next_2 as next_entered_at
    from next_steps
    where next_steps.step_no = 1

),

{% for step_no in range(2, most_steps + 1) -%}
kept_{{ step_no }} as (

    select
        chain.*,
        case
            when
                {{ within_window('chain.next_entered_at', 'windows.funnel_window_' ~ step_no, 'chain.entered_1') }}
                and {{ within_window('chain.next_entered_at', 'windows.step_window_' ~ step_no, 'chain.entered_' ~ (step_no - 1)) }}
                then chain.next_entered_at
        end as entered_{{ step_no }}
    from chain_{{ step_no - 1 }} as chain
    inner join windows on chain.funnel = windows.funnel

),

chain_{{ step_no }} as (

    select
        kept.funnel,
        kept.person_no,
        kept.attempt_no,
        kept.segment
        {%- for reached in range(1, step_no + 1) %},
        kept.entered_{{ reached }}
        {%- endfor %},
        later_steps.next_entered_at
    from kept_{{ step_no }} as kept
    left join later_steps
        on kept.funnel = later_steps.funnel
        and kept.person_no = later_steps.person_no
        and later_steps.step_no = {{ step_no }}
        and kept.entered_{{ step_no }} = later_steps.occurred_at

),

{% endfor -%}
measured as (

    select
        *,
        {% for step_no in range(1, most_steps + 1) -%}
        case when entered_{{ step_no }} is not null then 1 else 0 end{{ ' + ' if not loop.last }}
        {%- endfor %} as depth
    from chain_{{ most_steps }}

),

ordered_attempts as (

    select
        funnel,
        person_no,
        attempt_no,
        depth,
        {{ is_best_funnel_attempt() }} as is_best_attempt,
        segment,
        entered_1 as started_at
        {%- for step_no in range(1, most_steps + 1) %},
        entered_{{ step_no }}
        {%- endfor %}
    from measured

)

select * from ordered_attempts
