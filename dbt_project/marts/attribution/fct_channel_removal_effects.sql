with channel_effects as (

    select * from {{ ref('int_attribution__channel_effects') }}

),

type_journeys as (

    select * from {{ ref('int_attribution__type_journeys') }}

),

-- An effect has fourteen decimals; the sums of decimals are the same in any order.
with_shares as (

    select
        *,
        removal_effect / nullif(
            cast(sum(cast(removal_effect as decimal(28, 14))) over (partition by conversion_type) as double), 0
        ) as share,
        removal_effect_value / nullif(
            cast(sum(cast(removal_effect_value as decimal(28, 14))) over (partition by conversion_type) as double), 0
        ) as value_share
    from channel_effects

),

channel_removal_effects as (

    select
        with_shares.conversion_type,
        with_shares.channel,
        with_shares.removal_effect,
        with_shares.removal_effect_value,
        with_shares.share * type_journeys.conversions as markov_conversions,
        cast(
            with_shares.value_share * cast(type_journeys.value_reporting as double) as decimal(24, 6)
        ) as markov_value_reporting
    from with_shares
    inner join type_journeys
        on with_shares.conversion_type = type_journeys.conversion_type
    order by with_shares.conversion_type, with_shares.channel

)

select * from channel_removal_effects
