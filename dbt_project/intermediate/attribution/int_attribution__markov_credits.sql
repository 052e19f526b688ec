with paths as (

    select * from {{ ref('int_attribution__paths') }}

),

channel_effects as (

    select * from {{ ref('int_attribution__channel_effects') }}

),

-- An effect has fourteen decimals; the sums of decimals are the same in any order.
weighed as (

    select
        paths.conversion_key,
        paths.touchpoint_key,
        paths.touches_in_path,
        channel_effects.removal_effect,
        sum(cast(channel_effects.removal_effect as decimal(28, 14))) over (partition by paths.conversion_key) as path_effect
    from paths
    inner join channel_effects
        on paths.conversion_type = channel_effects.conversion_type
        and paths.channel = channel_effects.channel

),

markov_credits as (

    select
        conversion_key,
        'markov' as model,
        touchpoint_key,
        case
            when path_effect > 0 then removal_effect / cast(path_effect as double)
            else cast(1 as double) / touches_in_path
        end as credit
    from weighed

),

credited as (

    select * from markov_credits
    where credit > 0

)

select * from credited
