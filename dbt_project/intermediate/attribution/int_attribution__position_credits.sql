{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

with paths as (

    {{ of_conversions_to_build(ref('int_attribution__paths')) }}

),

position_shares as (

    select * from {{ ref('int_attribution__position_shares') }}

),

position_credits as (

    select
        paths.conversion_key,
        position_shares.model,
        paths.touchpoint_key,
        paths.channel,
        position_shares.credit,
        paths.fingerprint
    from paths
    inner join position_shares
        on paths.touches_in_path = position_shares.touches_in_path
        and paths.touch_no = position_shares.touch_no
        and coalesce(paths.lead_touch_no, 0) = position_shares.lead_touch_no
        and coalesce(paths.opportunity_touch_no, 0) = position_shares.opportunity_touch_no

)

select * from position_credits
