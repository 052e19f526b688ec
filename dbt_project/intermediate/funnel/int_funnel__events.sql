with candidates as (

    select * from {{ ref('int_funnel__candidates') }}

),

steps as (

    select * from {{ ref('int_funnel__steps') }}

),

people as (

    select * from {{ ref('int_funnel__people') }}

),

step_events as (

    select
        steps.funnel,
        steps.step_no,
        people.person_no,
        candidates.occurred_at,
        candidates.event_id,
        candidates.entered_by,
        candidates.segment
    from candidates
    inner join steps
        on candidates.entered_by = steps.entered_by
        and (
            candidates.name = steps.match
            or (steps.entered_by = 'touchpoint' and coalesce(steps.match, '') = '')
        )
    inner join people on candidates.person_key = people.person_key

),

{%- set in_time -%}
    partition by person_no, funnel
    order by occurred_at asc nulls last, step_no asc nulls last, event_id asc nulls last
{%- endset %}

numbered as (

    select
        *,
        row_number() over ({{ in_time }}) as event_no,
        min(step_no) over ({{ in_time }} rows between unbounded preceding and unbounded following) as lowest_step_no,
        max(step_no) over ({{ in_time }} rows between unbounded preceding and unbounded following) as highest_step_no
    from step_events

),

events as (

    select
        funnel,
        person_no,
        event_no,
        step_no,
        occurred_at,
        case when entered_by = 'event' then event_id end as funnel_event_id,
        segment,
        highest_step_no
    from numbered
    where lowest_step_no = 1

)

select * from events
