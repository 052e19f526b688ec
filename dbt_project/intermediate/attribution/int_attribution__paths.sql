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
        lag(touches.channel) over ({{ in_order }}) as preceding_channel
    from allowed as touches

),

standing as (

    select * from after_others
    where preceding_channel is null or preceding_channel <> channel

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
        lag(touches.channel) over ({{ in_order }}) as previous_channel,
        lag(touches.channel, 2) over ({{ in_order }}) as channel_before_previous,
        count(*) over (partition by touches.conversion_key) as touches_in_path,
        max(touches.occurred_at) over (partition by touches.conversion_key) as last_touched_at,
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
        last_touched_at,
        channel,
        previous_channel,
        channel_before_previous,
        is_direct,
        campaign_key,
        is_retargeting,
        touch_no,
        touches_in_path,
        touch_no = touches_in_path as is_last,
        lead_touch_no,
        opportunity_touch_no,
        fingerprint
    from numbered

)

select * from paths
