{%- set touch = 'channel, previous_channel, channel_before_previous' -%}

with subject_touches as (

    select * from {{ ref('int_attribution__subject_touches') }}

),

-- Read apart: a CTE that is read twice is held in memory, and all touches would be.
converted_touches as (

    select converted_subjects.conversion_type, touches.*
    from {{ ref('int_attribution__subject_touches') }} as touches
    inner join {{ ref('int_attribution__converted_subjects') }} as converted_subjects
        on touches.subject_key = converted_subjects.subject_key

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

    select conversion_type, {{ touch }}, is_last, count(*) as touches
    from converted_touches
    group by conversion_type, {{ touch }}, is_last

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
