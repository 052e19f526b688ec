{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

{%- set in_order -%}
    partition by touches.conversion_key
    order by
        touches.occurred_at asc nulls last, touches.touchpoint_id asc nulls last, touches.touchpoint_key asc nulls last
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
        touches.*,
        lag(touches.channel) over ({{ in_order }}) as previous_channel
    from allowed as touches

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

-- Touches up to a milestone are the first of a path, so that their number is that of the last of them. All windows are of one
-- select, which sorts once.
numbered as (

    select
        touches.*,
        row_number() over ({{ in_order }}) as touch_no,
        count(*) over (partition by touches.conversion_key) as touches_in_path,
        {%- for milestone in ['lead', 'opportunity'] %}
        nullif(
            count(case when touches.occurred_at <= milestones.{{ milestone }}_at then 1 end)
                over (partition by touches.conversion_key),
            0
        ) as {{ milestone }}_touch_no{{ ',' if not loop.last }}
        {%- endfor %}
    from standing as touches
    left join milestones
        on touches.conversion_key = milestones.conversion_key

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
    from numbered

)

select * from paths
