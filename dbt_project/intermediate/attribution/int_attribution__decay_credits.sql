{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

with paths as (

    {{ of_conversions_to_build(ref('int_attribution__paths')) }}

),

-- Ages count from the path's last touch: shares are the same as from the conversion, and however old a path is, its last
-- touch weighs 1. A thousand half-lives are nothing that a double could hold beside it.
aged as (

    select
        conversion_key,
        touchpoint_key,
        channel,
        fingerprint,
        {{ fractional_days('occurred_at', 'last_touched_at') }} / {{ var('time_decay_half_life_days') }} as half_lives
    from paths

),

weighed as (

    select
        *,
        case when half_lives < 1000 then power(2.0, -1 * half_lives) else 0 end as weight
    from aged

),

-- Decimals add up to the same in any order, so that a conversion that is built alone has the credits of one built with all.
path_weights as (

    select
        conversion_key,
        cast(sum(cast(weight as decimal(38, 24))) as double) as path_weight
    from weighed
    group by conversion_key

),

decay_credits as (

    select
        weighed.conversion_key,
        'time_decay' as model,
        weighed.touchpoint_key,
        weighed.channel,
        weighed.weight / path_weights.path_weight as credit,
        weighed.fingerprint
    from weighed
    inner join path_weights
        on weighed.conversion_key = path_weights.conversion_key
    where weighed.weight > 0

)

select * from decay_credits
