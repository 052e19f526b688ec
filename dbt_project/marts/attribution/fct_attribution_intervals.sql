with credits as (

    select * from {{ ref('fct_attribution_credits') }}
    where touchpoint_key is not null

),

intervals as (

    select * from {{ ref('int_attribution__intervals') }}

),

type_journeys as (

    select * from {{ ref('int_attribution__type_journeys') }}

),

-- Sums of decimals are the same in any order.
credited as (

    select
        conversion_type,
        model,
        channel,
        cast(sum(cast(credit as decimal(38, 15))) as double) as conversions,
        cast(sum(credited_value_reporting) as decimal(24, 6)) as value_reporting
    from credits
    group by conversion_type, model, channel

),

-- A conversion of unknown value counts nothing; where no conversion of the type has one, nothing is known.
with_values as (

    select
        credited.conversion_type,
        credited.model,
        credited.channel,
        credited.conversions,
        case when type_journeys.value_reporting is not null then coalesce(credited.value_reporting, 0) end as value_reporting,
        type_journeys.journeys,
        type_journeys.verdict
    from credited
    inner join type_journeys
        on credited.conversion_type = type_journeys.conversion_type

),

-- Too few conversions: no number rather than one that looks as sure as others.
attribution_intervals as (

    select
        with_values.conversion_type,
        with_values.model,
        with_values.channel,
        case when with_values.verdict is null then with_values.conversions end as conversions,
        case when with_values.verdict is null then intervals.conversions_low end as conversions_low,
        case when with_values.verdict is null then intervals.conversions_high end as conversions_high,
        cast(case when with_values.verdict is null then with_values.value_reporting end as decimal(24, 6)) as value_reporting,
        cast(case when with_values.verdict is null then intervals.value_low end as decimal(24, 6)) as value_low,
        cast(case when with_values.verdict is null then intervals.value_high end as decimal(24, 6)) as value_high,
        with_values.journeys,
        with_values.verdict
    from with_values
    left join intervals
        on with_values.conversion_type = intervals.conversion_type
        and with_values.model = intervals.model
        and with_values.channel = intervals.channel
    order by with_values.conversion_type, with_values.model, with_values.channel

)

select * from attribution_intervals
