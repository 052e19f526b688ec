-- Fails if the converted journeys of a type in fct_conversion_paths aren't its conversions with credit in
-- fct_attribution_credits, or their value isn't theirs (to the cent).
with paths as (

    select * from {{ ref('fct_conversion_paths') }}

),

credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

converted as (

    select
        conversion_type,
        sum(conversions) as conversions,
        sum(value_reporting) as value_reporting
    from paths
    group by conversion_type

),

credited as (

    select
        conversion_type,
        count(distinct conversion_key) as conversions,
        sum(credited_value_reporting) as value_reporting
    from credits
    where touchpoint_key is not null and model = 'shapley'
    group by conversion_type

),

failures as (

    select
        converted.conversion_type,
        converted.conversions,
        credited.conversions as credited_conversions,
        converted.value_reporting,
        credited.value_reporting as credited_value_reporting
    from converted
    left join credited
        on converted.conversion_type = credited.conversion_type
    where
        converted.conversions <> coalesce(credited.conversions, 0)
        or abs(coalesce(converted.value_reporting, 0) - coalesce(credited.value_reporting, 0)) > 0.01

)

select * from failures
