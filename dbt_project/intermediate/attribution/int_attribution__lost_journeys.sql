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

never_converted as (

    select
        type_numbers.conversion_type,
        subject_paths.subject_key,
        subject_paths.path
    from subject_paths
    cross join type_numbers
    left join converted_subjects
        on type_numbers.conversion_type = converted_subjects.conversion_type
        and subject_paths.subject_key = converted_subjects.subject_key
    where converted_subjects.subject_key is null

),

lost_journeys as (

    select
        conversion_type,
        path,
        min(subject_key) as example_subject_key,
        count(*) as journeys
    from never_converted
    group by conversion_type, path

)

select * from lost_journeys
