with steps as (

    select * from {{ ref('int_funnel__steps') }}

),

windows as (

    select
        funnel
        {%- for step_no in range(1, most_funnel_steps() + 1) %},
        max(case when step_no = {{ step_no }} then step_window_seconds end) as step_window_{{ step_no }},
        max(case when step_no = {{ step_no }} then funnel_window_seconds end) as funnel_window_{{ step_no }}
        {%- endfor %}
    from steps
    group by funnel

)

select * from windows
