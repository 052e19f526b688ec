with journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

type_journeys as (

    select
        conversion_type,
        cast(sum(journeys) as bigint) as journeys,
        cast(sum(case when is_converted then journeys else 0 end) as bigint) as conversions,
        cast(sum(value_reporting) as decimal(24, 6)) as value_reporting,
        case
            when sum(case when is_converted then journeys else 0 end) < {{ var('attribution_min_conversions') }}
                then 'too few conversions'
        end as verdict
    from journeys
    group by conversion_type

)

select * from type_journeys
