with ordered_attempts as (

    select * from {{ ref('int_funnel__ordered_attempts') }}

),

steps as (

    select * from {{ ref('int_funnel__steps') }}

),

events as (

    select * from {{ ref('int_funnel__events') }}
    where funnel_event_id is not null

),

people as (

    select * from {{ ref('int_funnel__people') }}

),

funnel_events as (

    select
        people.person_no,
        funnel_events.event_id,
        funnel_events.occurred_at
    from {{ ref('canonical_funnel_events') }} as funnel_events
    inner join people on funnel_events.person_key = people.person_key

),

transitions as (

    select distinct
        ordered_attempts.funnel,
        ordered_attempts.person_no,
        steps.step_no as from_step_no,
        case steps.step_no
            {%- for step_no in range(1, most_funnel_steps()) %}
            when {{ step_no }} then ordered_attempts.entered_{{ step_no }}
            {%- endfor %}
        end as started_at,
        case steps.step_no
            {%- for step_no in range(1, most_funnel_steps()) %}
            when {{ step_no }} then ordered_attempts.entered_{{ step_no + 1 }}
            {%- endfor %}
        end as ended_at
    from ordered_attempts
    inner join steps
        on ordered_attempts.funnel = steps.funnel
        and ordered_attempts.depth > steps.step_no
    where ordered_attempts.person_no in (select person_no from funnel_events)

),

-- An event of the step that was left, or of the one that is awaited, disturbs nothing, whatever else it enters.
foreign_events as (

    select
        awaited.funnel,
        awaited.person_no,
        awaited.from_step_no,
        funnel_events.occurred_at,
        coalesce(events.step_no, {{ most_funnel_steps() + 1 }}) as step_no
    from (select distinct funnel, person_no, from_step_no from transitions) as awaited
    inner join funnel_events on awaited.person_no = funnel_events.person_no
    left join events
        on awaited.funnel = events.funnel
        and funnel_events.person_no = events.person_no
        and funnel_events.event_id = events.funnel_event_id
    where not exists (
        select 1
        from events as own_events
        where
            own_events.funnel = awaited.funnel
            and own_events.person_no = funnel_events.person_no
            and own_events.funnel_event_id = funnel_events.event_id
            and own_events.step_no in (awaited.from_step_no, awaited.from_step_no + 1)
    )

),

marks as (

    select funnel, person_no, from_step_no, started_at, started_at as marked_at, from_step_no as step_no, 0 as is_foreign
    from transitions
    union all
    select funnel, person_no, from_step_no, started_at, ended_at, from_step_no + 1, 0
    from transitions
    union all
    select funnel, person_no, from_step_no, null, occurred_at, step_no, 1
    from foreign_events

),

counted as (

    select
        *,
        sum(is_foreign) over (
            partition by person_no, funnel, from_step_no
            order by marked_at asc nulls last, step_no asc nulls last
            rows between unbounded preceding and current row
        ) as foreign_events_before
    from marks

),

disturbed as (

    select
        funnel,
        person_no,
        from_step_no,
        started_at
    from counted
    where started_at is not null
    group by funnel, person_no, from_step_no, started_at
    having max(foreign_events_before) > min(foreign_events_before)

)

select * from disturbed
