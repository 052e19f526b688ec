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
        fingerprint
    from paths
    group by conversion_key, channel, fingerprint

),

path_channels as (

    select
        conversion_key,
        count(*) as channels
    from channel_touches
    group by conversion_key

),

shapley_shares as (

    select
        channel_touches.conversion_key,
        channel_touches.channel,
        channel_touches.touches,
        cast(1 as double) / (path_channels.channels * channel_touches.touches) as credit,
        channel_touches.fingerprint
    from channel_touches
    inner join path_channels
        on channel_touches.conversion_key = path_channels.conversion_key

)

select * from shapley_shares
