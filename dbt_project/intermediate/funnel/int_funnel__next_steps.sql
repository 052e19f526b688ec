with events as (

    select * from {{ ref('int_funnel__events') }}

),

next_steps as (

    select
        funnel,
        person_no,
        event_no,
        step_no,
        occurred_at,
        segment
        {%- for step_no in range(1, most_funnel_steps() + 1) %},
        min(case when step_no = {{ step_no }} then occurred_at end) over (
            partition by person_no, funnel
            order by occurred_at desc nulls last
            range between unbounded preceding and current row
        ) as next_{{ step_no }}
        {%- endfor %}
    from events
    where highest_step_no > 1

)

select * from next_steps
