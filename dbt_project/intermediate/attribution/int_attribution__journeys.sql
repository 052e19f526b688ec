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

journeys as (

    select
        type_numbers.conversion_type,
        type_numbers.type_no,
        row_number() over (
            partition by type_numbers.type_no
            order by converted_paths.conversion_key asc nulls last
        ) as journey_no,
        converted_paths.conversion_key,
        converted_paths.path,
        true as is_converted,
        cast(1 as bigint) as journeys,
        conversions.value_reporting,
        {{ fractional_days('converted_paths.first_touched_at', 'conversions.converted_at') }} as days
    from converted_paths
    inner join conversions
        on converted_paths.conversion_key = conversions.conversion_key
    inner join type_numbers
        on conversions.conversion_type = type_numbers.conversion_type
    union all
    select
        type_numbers.conversion_type,
        type_numbers.type_no,
        cast(null as bigint) as journey_no,
        cast(null as {{ dbt.type_string() }}) as conversion_key,
        lost_journeys.path,
        false as is_converted,
        lost_journeys.journeys,
        cast(null as decimal(24, 6)) as value_reporting,
        cast(null as double) as days
    from lost_journeys
    cross join type_numbers
    where {{ holds_type('lost_journeys.lost_types', 'type_numbers.type_no') }}

)

select * from journeys
