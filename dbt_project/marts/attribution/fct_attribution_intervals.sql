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

-- Too few conversions: no number rather than one that looks as sure as others.
attribution_intervals as (

    select
        credited.conversion_type,
        credited.model,
        credited.channel,
        {%- for name in ['credited.conversions', 'intervals.conversions_low', 'intervals.conversions_high', 'credited.value_reporting'] %}
        case when type_journeys.verdict is null then {{ name }} end as {{ name.split('.')[1] }},
        {%- endfor %}
        {%- for end in ['low', 'high'] %}
        cast(
            case when type_journeys.verdict is null and credited.value_reporting is not null then intervals.value_{{ end }} end
            as decimal(24, 6)
        ) as value_{{ end }},
        {%- endfor %}
        type_journeys.journeys,
        type_journeys.verdict
    from credited
    inner join type_journeys
        on credited.conversion_type = type_journeys.conversion_type
    left join intervals
        on credited.conversion_type = intervals.conversion_type
        and credited.model = intervals.model
        and credited.channel = intervals.channel
    order by credited.conversion_type, credited.model, credited.channel

)

select * from attribution_intervals
