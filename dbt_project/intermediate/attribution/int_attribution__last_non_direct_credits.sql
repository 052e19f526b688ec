{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

with paths as (

    {{ of_conversions_to_build(ref('int_attribution__paths')) }}

),

with_takers as (

    select
        *,
        coalesce(
            max(case when not is_direct then touch_no end) over (partition by conversion_key), touches_in_path
        ) as taker_no
    from paths

),

last_non_direct_credits as (

    select
        conversion_key,
        'last_non_direct' as model,
        touchpoint_key,
        channel,
        cast(1 as double) as credit,
        fingerprint
    from with_takers
    where touch_no = taker_no

)

select * from last_non_direct_credits
