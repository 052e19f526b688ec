{%- set is_of_company = var('attribution_subject') == 'company' -%}

with subject_touches as (

    select * from {{ ref('int_attribution__subject_touches') }}

),

-- A person whose touches may count for a conversion has converted, whoever's it is. The graph has both relations, whatever the
-- var says: a model parsed with one value can't be compiled with the other.
-- depends_on: {{ ref('int_attribution__conversions') }}
-- depends_on: {{ ref('int_attribution__subjects') }}
converted as (

    select distinct
        conversion_type,
        {{ 'subject_key' if is_of_company else 'person_key as subject_key' }}
    from {{ ref('int_attribution__conversions' if is_of_company else 'int_attribution__subjects') }}

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
    left join converted
        on type_numbers.conversion_type = converted.conversion_type
        and subject_paths.subject_key = converted.subject_key
    where converted.subject_key is null

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
