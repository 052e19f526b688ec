with paths as (

    select * from {{ ref('int_attribution__paths') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

lost_journeys as (

    select * from {{ ref('int_attribution__lost_journeys') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

converted_paths as (

    select
        conversion_key,
        {{ joined_channels('channel', 'touch_no') }} as path,
        min(occurred_at) as first_touched_at
    from paths
    group by conversion_key

),

all_journeys as (

    select
        conversions.conversion_type,
        conversions.conversion_key,
        cast(null as {{ dbt.type_string() }}) as example_subject_key,
        converted_paths.path,
        true as is_converted,
        cast(1 as bigint) as journeys,
        conversions.value_reporting,
        {{ fractional_days('converted_paths.first_touched_at', 'conversions.converted_at') }} as days
    from converted_paths
    inner join conversions
        on converted_paths.conversion_key = conversions.conversion_key
    union all
    select
        conversion_type,
        cast(null as {{ dbt.type_string() }}) as conversion_key,
        example_subject_key,
        path,
        false as is_converted,
        journeys,
        cast(null as decimal(24, 6)) as value_reporting,
        cast(null as double) as days
    from lost_journeys

),

journeys as (

    select
        type_numbers.type_no,
        -- Conversions first, and in an order that no lost journey changes.
        row_number() over (
            partition by all_journeys.conversion_type
            order by
                all_journeys.conversion_key asc nulls last,
                all_journeys.path asc nulls last
        ) as journey_no,
        all_journeys.*
    from all_journeys
    inner join type_numbers
        on all_journeys.conversion_type = type_numbers.conversion_type

)

select * from journeys
