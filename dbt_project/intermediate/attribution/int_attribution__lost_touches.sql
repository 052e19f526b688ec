{%- set touch = 'channel, previous_channel, channel_before_previous' -%}

with subject_touches as (

    select * from {{ ref('int_attribution__subject_touches') }}

),

converted_subjects as (

    select * from {{ ref('int_attribution__converted_subjects') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

-- Who never converted to a type made the touches of all, less those of who did: no touch is read once a type.
of_everybody as (

    select {{ touch }}, is_last, count(*) as touches
    from subject_touches
    group by {{ touch }}, is_last

),

of_converted as (

    select
        converted_subjects.conversion_type,
        subject_touches.channel,
        subject_touches.previous_channel,
        subject_touches.channel_before_previous,
        subject_touches.is_last,
        count(*) as touches
    from subject_touches
    inner join converted_subjects
        on subject_touches.subject_key = converted_subjects.subject_key
    group by
        converted_subjects.conversion_type, subject_touches.channel, subject_touches.previous_channel,
        subject_touches.channel_before_previous, subject_touches.is_last

),

of_both as (

    select type_numbers.conversion_type, of_everybody.*
    from of_everybody
    cross join type_numbers
    union all
    select conversion_type, {{ touch }}, is_last, -1 * touches
    from of_converted

),

lost_touches as (

    select conversion_type, {{ touch }}, is_last, sum(touches) as touches
    from of_both
    group by conversion_type, {{ touch }}, is_last
    having sum(touches) > 0

)

select * from lost_touches
