with journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

conversion_paths as (

    select
        conversion_type,
        path,
        cast(sum(journeys) as bigint) as journeys,
        cast(sum(case when is_converted then journeys else 0 end) as bigint) as conversions,
        cast(sum(value_reporting) as decimal(24, 6)) as value_reporting,
        cast(sum(case when is_converted then journeys else 0 end) as double) / sum(journeys) as conversion_rate,
        {{ median('days') }} as median_days
    from journeys
    group by conversion_type, path
    order by conversion_type, path

)

select * from conversion_paths
