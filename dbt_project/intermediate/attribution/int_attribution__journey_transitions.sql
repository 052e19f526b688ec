{#- A state is a channel; at order 2 also the channel before it, which is none (0) for the first. -#}
{%- if var('markov_order') == 2 -%}
    {%- set state_no = 'previous_no * 1000000 + channel_no' -%}
{%- else -%}
    {%- set state_no = 'channel_no' -%}
{%- endif -%}
{%- set in_order = 'partition by type_no, journey_no order by touch_no asc nulls last' -%}

with journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

paths as (

    select * from {{ ref('int_attribution__paths') }}

),

subject_touches as (

    select * from {{ ref('int_attribution__subject_touches') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

journey_touches as (

    select journeys.type_no, journeys.journey_no, paths.touch_no, paths.channel
    from journeys
    inner join paths
        on journeys.conversion_key = paths.conversion_key
    union all
    select journeys.type_no, journeys.journey_no, subject_touches.touch_no, subject_touches.channel
    from journeys
    inner join subject_touches
        on journeys.example_subject_key = subject_touches.subject_key

),

numbered as (

    select
        journey_touches.type_no,
        journey_touches.journey_no,
        journey_touches.touch_no,
        channel_numbers.channel_no,
        coalesce(lag(channel_numbers.channel_no) over ({{ in_order }}), 0) as previous_no,
        lead(journey_touches.touch_no) over ({{ in_order }}) is null as is_last
    from journey_touches
    inner join channel_numbers
        on journey_touches.channel = channel_numbers.channel

),

states as (

    select
        *,
        {{ state_no }} as state_no
    from numbered

),

steps as (

    select
        type_no,
        journey_no,
        coalesce(lag(state_no) over ({{ in_order }}), 0) as from_no,
        state_no as to_no,
        channel_no
    from states
    union all
    select
        states.type_no,
        states.journey_no,
        states.state_no as from_no,
        case when journeys.is_converted then -1 else -2 end as to_no,
        0 as channel_no
    from states
    inner join journeys
        on states.type_no = journeys.type_no
        and states.journey_no = journeys.journey_no
    where states.is_last

),

journey_transitions as (

    select
        steps.type_no,
        steps.journey_no,
        steps.from_no,
        steps.to_no,
        steps.channel_no,
        count(*) as transitions,
        max(journeys.journeys) as journeys,
        max(cast(journeys.value_reporting as double)) as value
    from steps
    inner join journeys
        on steps.type_no = journeys.type_no
        and steps.journey_no = journeys.journey_no
    group by steps.type_no, steps.journey_no, steps.from_no, steps.to_no, steps.channel_no

)

select * from journey_transitions
