with subject_touches as (

    select * from {{ ref('int_attribution__subject_touches') }}

),

converted_subjects as (

    select * from {{ ref('int_attribution__converted_subjects') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

subject_paths as (

    select
        subject_key,
        {{ joined_channels('channel', 'touch_no') }} as path
    from subject_touches
    group by subject_key

),

all_types as (

    select sum({{ type_bit('type_no') }}) as types from type_numbers

),

converted_types as (

    select
        converted_subjects.subject_key,
        sum({{ type_bit('type_numbers.type_no') }}) as types
    from converted_subjects
    inner join type_numbers
        on converted_subjects.conversion_type = type_numbers.conversion_type
    group by converted_subjects.subject_key

),

never_converted as (

    select
        subject_paths.subject_key,
        subject_paths.path,
        cast(all_types.types - coalesce(converted_types.types, 0) as bigint) as lost_types
    from subject_paths
    cross join all_types
    left join converted_types
        on subject_paths.subject_key = converted_types.subject_key

),

lost_journeys as (

    select
        row_number() over (order by path asc nulls last, lost_types asc nulls last) as journey_no,
        path,
        lost_types,
        min(subject_key) as example_subject_key,
        count(*) as journeys
    from never_converted
    where lost_types > 0
    group by path, lost_types

)

select * from lost_journeys
