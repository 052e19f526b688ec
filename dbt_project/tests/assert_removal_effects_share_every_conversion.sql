-- Fails if the Markov conversions of a type don't sum to its conversions with a path (to 1e-6) or their values to theirs (to
-- the cent), if an effect by count is no share, or if a channel that took credit has no effect.
with removal_effects as (

    select * from {{ ref('fct_channel_removal_effects') }}

),

paths as (

    select * from {{ ref('fct_conversion_paths') }}

),

intervals as (

    select distinct conversion_type, channel
    from {{ ref('fct_attribution_intervals') }}
    where model = 'linear'

),

shared as (

    select
        conversion_type,
        sum(markov_conversions) as conversions,
        sum(markov_value_reporting) as value_reporting,
        sum(case when removal_effect < 0 or removal_effect > 1 then 1 else 0 end) as no_shares,
        count(removal_effect_value) as valued_effects
    from removal_effects
    group by conversion_type

),

converted as (

    select
        conversion_type,
        sum(conversions) as conversions,
        sum(value_reporting) as value_reporting
    from paths
    group by conversion_type

),

failures as (

    select
        converted.conversion_type,
        cast(null as {{ dbt.type_string() }}) as channel,
        converted.conversions,
        shared.conversions as shared_conversions,
        converted.value_reporting,
        shared.value_reporting as shared_value_reporting
    from converted
    left join shared
        on converted.conversion_type = shared.conversion_type
    where converted.conversions > 0
        and (
            shared.conversions is null
            or abs(converted.conversions - shared.conversions) > 0.000001
            or shared.no_shares > 0
            or (
                shared.valued_effects > 0
                and abs(converted.value_reporting - coalesce(shared.value_reporting, 0)) > 0.01
            )
        )
    union all
    select
        intervals.conversion_type,
        intervals.channel,
        null as conversions,
        null as shared_conversions,
        null as value_reporting,
        null as shared_value_reporting
    from intervals
    left join removal_effects
        on intervals.conversion_type = removal_effects.conversion_type
        and intervals.channel = removal_effects.channel
    where coalesce(removal_effects.removal_effect, 0) <= 0

)

select * from failures
