{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

with paths as (

    {{ of_conversions_to_build(ref('int_attribution__paths')) }}

),

shapley_shares as (

    select * from {{ ref('int_attribution__shapley_shares') }}

),

shapley_credits as (

    select
        paths.conversion_key,
        'shapley' as model,
        paths.touchpoint_key,
        shapley_shares.credit,
        paths.fingerprint
    from paths
    inner join shapley_shares
        on paths.conversion_key = shapley_shares.conversion_key
        and paths.channel = shapley_shares.channel

)

select * from shapley_credits
