{%- set journey = 'journeys.type_no, journeys.journey_no, journeys.is_converted, journeys.journeys, journeys.value_reporting' -%}
{%- set touch = ['channel', 'previous_channel', 'channel_before_previous', 'is_last'] -%}

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

    select {{ journey }}, {% for column in touch %}paths.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from journeys
    inner join paths
        on journeys.conversion_key = paths.conversion_key
    union all
    select {{ journey }}, {% for column in touch %}subject_touches.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from journeys
    inner join subject_touches
        on journeys.example_subject_key = subject_touches.subject_key

),

numbered as (

    select
        journey_touches.*,
        own.channel_no,
        {{ markov_state('own.channel_no', 'previous.channel_no') }} as state_no,
        {{ markov_state('previous.channel_no', 'before_previous.channel_no') }} as previous_state_no
    from journey_touches
    inner join channel_numbers as own
        on journey_touches.channel = own.channel
    left join channel_numbers as previous
        on journey_touches.previous_channel = previous.channel
    left join channel_numbers as before_previous
        on journey_touches.channel_before_previous = before_previous.channel

),

moved as (

    select type_no, journey_no, previous_state_no as from_no, state_no as to_no, channel_no, journeys, value_reporting
    from numbered
    union all
    select type_no, journey_no, state_no, case when is_converted then -1 else -2 end, 0, journeys, value_reporting
    from numbered
    where is_last

),

journey_transitions as (

    select
        type_no,
        journey_no,
        from_no,
        to_no,
        channel_no,
        count(*) as transitions,
        max(journeys) as journeys,
        max(cast(value_reporting as double)) as value
    from moved
    group by type_no, journey_no, from_no, to_no, channel_no

)

select * from journey_transitions
