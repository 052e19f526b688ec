with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

attempts as (

    select * from {{ ref('int_funnel__attempts') }}
    where is_best_attempt

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
        steps.*,
        next_steps.step_window_seconds as next_step_window_seconds,
        next_steps.funnel_window_seconds as next_funnel_window_seconds
    from steps as deepest
    inner join steps
        on deepest.funnel = steps.funnel
        and deepest.step_no >= steps.step_no
    left join steps as next_steps
        on steps.funnel = next_steps.funnel
        and steps.step_no + 1 = next_steps.step_no

),

reached as (

    select
        attempts.funnel,
        attempts.order_mode,
        attempts.person_no,
        attempts.started_at,
        attempts.segment,
        steps_within.step_no,
        steps_within.is_last_step,
        steps_within.next_step_window_seconds,
        steps_within.next_funnel_window_seconds,
        case steps_within.step_no
            {%- for step_no in range(1, most_funnel_steps() + 1) %}
            when {{ step_no }} then {{ funnel_depth_reached_at('attempts', step_no) }}
            {%- endfor %}
        end as entered_at,
        case
            when attempts.depth = steps_within.step_no then null
            {%- for step_no in range(1, most_funnel_steps()) %}
            when steps_within.step_no = {{ step_no }} then {{ funnel_depth_reached_at('attempts', step_no + 1) }}
            {%- endfor %}
        end as next_entered_at
    from attempts
    inner join steps_within
        on attempts.funnel = steps_within.funnel
        and attempts.depth = steps_within.depth

),

described as (

    select
        reached.funnel,
        reached.order_mode,
        reached.person_no,
        {{ reporting_month('reached.started_at') }} as cohort_month,
        reached.step_no,
        reached.entered_at,
        reached.next_entered_at,
        {{ fractional_days('reached.entered_at', 'reached.next_entered_at') }} as days_to_next,
        case
            when
                reached.next_entered_at is null
                and not reached.is_last_step
                and coalesce(
                    least(
                        {{ dbt.dateadd('second', 'reached.next_step_window_seconds', 'reached.entered_at') }},
                        {{ dbt.dateadd('second', 'reached.next_funnel_window_seconds', 'reached.started_at') }}
                    ) > as_of.as_of,
                    true
                )
                then {{ fractional_days('reached.entered_at', 'as_of.as_of') }}
        end as days_until_censored,
        coalesce(reached.segment, people.segment) as segment,
        people.lead_source,
        people.acquisition_channel,
        people.country,
        people.industry,
        people.size_band
    from reached
    cross join as_of
    inner join people on reached.person_no = people.person_no

)

select * from described
