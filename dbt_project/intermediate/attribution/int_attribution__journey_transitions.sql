{%- set touch = ['channel', 'previous_channel', 'channel_before_previous', 'is_last'] -%}

with journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

lost_journeys as (

    select * from {{ ref('int_attribution__lost_journeys') }}

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

    select
        journeys.type_no,
        0 as lost_types,
        journeys.journey_no,
        journeys.journeys,
        cast(journeys.value_reporting as double) as value,
        -1 as end_no,
        {% for column in touch %}paths.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from journeys
    inner join paths
        on journeys.conversion_key = paths.conversion_key
    union all
    select
        0,
        lost_journeys.lost_types,
        lost_journeys.journey_no,
        lost_journeys.journeys,
        cast(null as double),
        -2,
        {% for column in touch %}subject_touches.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from lost_journeys
    inner join subject_touches
        on lost_journeys.example_subject_key = subject_touches.subject_key

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

moves as (

    select false as is_end
    union all
    select true as is_end

),

-- The last touch of a journey is entered and left; every other is left by the next one's entry. Small numbers: the estimate
-- holds them all.
journey_transitions as (

    select
        cast(numbered.type_no as smallint) as type_no,
        cast(numbered.lost_types as bigint) as lost_types,
        cast(numbered.journey_no as integer) as journey_no,
        cast(case when moves.is_end then numbered.state_no else numbered.previous_state_no end as integer) as from_no,
        cast(case when moves.is_end then numbered.end_no else numbered.state_no end as integer) as to_no,
        cast(case when moves.is_end then 0 else numbered.channel_no end as integer) as channel_no,
        cast(numbered.journeys as integer) as journeys,
        numbered.value
    from numbered
    cross join moves
    where numbered.is_last or not moves.is_end

)

select * from journey_transitions
