{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

{%- set in_order -%}
    partition by conversion_key
    order by occurred_at asc nulls last, touchpoint_id asc nulls last, touchpoint_key asc nulls last
{%- endset -%}

with touches_in_window as (

    select * from {{ ref('int_attribution__touches_in_window') }}

),

fingerprints as (

    {{ of_conversions_to_build(ref('int_attribution__fingerprints')) }}

),

milestones as (

    select * from {{ ref('int_attribution__milestones') }}

),

allowed as (

    select
        touches_in_window.*,
        fingerprints.fingerprint
    from fingerprints
    inner join touches_in_window
        on fingerprints.conversion_key = touches_in_window.conversion_key
    where not touches_in_window.is_withheld

),
{%- if var('attribution_collapse_repeats') %}

after_others as (

    select
        *,
        lag(channel) over ({{ in_order }}) as previous_channel
    from allowed

),

standing as (

    select * from after_others
    where previous_channel is null or previous_channel <> channel

),
{%- else %}

standing as (

    select * from allowed

),
{%- endif %}

numbered as (

    select
        standing.*,
        row_number() over ({{ in_order }}) as touch_no,
        count(*) over (partition by conversion_key) as touches_in_path
    from standing

),

with_milestones as (

    select
        numbered.*,
        max(case when numbered.occurred_at <= milestones.lead_at then numbered.touch_no end)
            over (partition by numbered.conversion_key) as lead_touch_no,
        max(case when numbered.occurred_at <= milestones.opportunity_at then numbered.touch_no end)
            over (partition by numbered.conversion_key) as opportunity_touch_no
    from numbered
    left join milestones
        on numbered.conversion_key = milestones.conversion_key

),

paths as (

    select
        conversion_key,
        conversion_type,
        converted_at,
        touchpoint_key,
        person_key,
        occurred_at,
        channel,
        is_direct,
        campaign_key,
        is_retargeting,
        touch_no,
        touches_in_path,
        touch_no = 1 as is_first,
        lead_touch_no is not null as has_lead,
        coalesce(touch_no = lead_touch_no, false) as is_lead,
        opportunity_touch_no is not null as has_opportunity,
        coalesce(touch_no = opportunity_touch_no, false) as is_opportunity,
        touch_no = touches_in_path as is_last,
        lead_touch_no,
        opportunity_touch_no,
        fingerprint
    from with_milestones

)

select * from paths
