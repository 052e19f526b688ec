{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

with paths as (

    {{ of_conversions_to_build(ref('int_attribution__paths')) }}

),

channel_touches as (

    select
        conversion_key,
        channel,
        count(*) as touches,
        count(*) over (partition by conversion_key) as channels
    from paths
    group by conversion_key, channel

),

shapley_credits as (

    select
        paths.conversion_key,
        'shapley' as model,
        paths.touchpoint_key,
        cast(1 as double) / (channel_touches.channels * channel_touches.touches) as credit,
        paths.fingerprint
    from paths
    inner join channel_touches
        on paths.conversion_key = channel_touches.conversion_key
        and paths.channel = channel_touches.channel

)

select * from shapley_credits
