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
        paths.conversion_key,
        paths.touchpoint_key,
        paths.fingerprint,
        {{ fractional_days('paths.occurred_at', 'ends.occurred_at') }} / {{ var('time_decay_half_life_days') }} as half_lives
    from paths
    inner join paths as ends
        on paths.conversion_key = ends.conversion_key
    where ends.touch_no = ends.touches_in_path

),

weighed as (

    select
        *,
        case when half_lives < 1000 then power(2.0, -1 * half_lives) else 0 end as weight
    from aged

),

-- Decimals add up to the same in any order, so that a conversion that is built alone has the credits of one built with all.
sums as (

    select
        conversion_key,
        cast(sum(cast(weight as decimal(38, 24))) as double) as weight
    from weighed
    group by conversion_key

),

decay_credits as (

    select
        weighed.conversion_key,
        'time_decay' as model,
        weighed.touchpoint_key,
        weighed.weight / sums.weight as credit,
        weighed.fingerprint
    from weighed
    inner join sums
        on weighed.conversion_key = sums.conversion_key
    where weighed.weight > 0

)

select * from decay_credits
