{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=before_begin('{{ forget_changed_conversions() }}'),
) }}

{%- set positions = ['first', 'lead', 'opportunity', 'last'] -%}

with paths as (

    {{ of_conversions_to_build(ref('int_attribution__paths')) }}

),

weights as (

    select * from {{ ref('attribution_weights') }}

),

-- A position that a model doesn't name is NULL here, which differs from a weight of 0: a named touch leaves the spread.
-- Whole billionths add up exactly: .3 of three positions and .1 of spread are 1.
models as (

    select
        model,
        {%- for position in positions + ['spread'] %}
        max(case when position = '{{ position }}' then cast(round(weight * 1000000000) as bigint) end)
            as {{ position }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from weights
    group by model

),

-- How many touches hold a position that the model names, each counted once: the touch numbers of a path's positions say
-- which coincide, so that no window over all models' rows has to.
placed as (

    select
        paths.conversion_key,
        paths.touchpoint_key,
        paths.fingerprint,
        models.model,
        coalesce(models.spread_weight, 0) as spread_weight,
        {%- for position in positions %}
        case when paths.is_{{ position }} then coalesce(models.{{ position }}_weight, 0) else 0 end +
        {%- endfor %} 0 as named_weight,
        coalesce(models.first_weight, 0) + coalesce(models.last_weight, 0)
        {%- for position in ['lead', 'opportunity'] %}
        + case when paths.has_{{ position }} then coalesce(models.{{ position }}_weight, 0) else 0 end
        {%- endfor %} as all_named_weight,
        case
            {%- for position in positions %}
            when paths.is_{{ position }} and models.{{ position }}_weight is not null then false
            {%- endfor %}
            else true
        end as is_in_spread,
        paths.touches_in_path
        - case when models.first_weight is not null then 1 else 0 end
        - case
            when models.last_weight is null then 0
            when models.first_weight is not null and paths.touches_in_path = 1 then 0
            else 1
        end
        - case
            when models.lead_weight is null or not paths.has_lead then 0
            when models.first_weight is not null and paths.lead_touch_no = 1 then 0
            when models.last_weight is not null and paths.lead_touch_no = paths.touches_in_path then 0
            else 1
        end
        - case
            when models.opportunity_weight is null or not paths.has_opportunity then 0
            when models.first_weight is not null and paths.opportunity_touch_no = 1 then 0
            when models.last_weight is not null and paths.opportunity_touch_no = paths.touches_in_path then 0
            when models.lead_weight is not null and paths.opportunity_touch_no = paths.lead_touch_no then 0
            else 1
        end as touches_in_spread
    from paths
    cross join models

),

-- The weight of a position that the path lacks is shared among the others in proportion: each is divided by the sum
-- of those that are there.
shared as (

    select
        conversion_key,
        model,
        touchpoint_key,
        (named_weight + case when is_in_spread then cast(spread_weight as double) / touches_in_spread else 0 end)
        / nullif(all_named_weight + case when touches_in_spread > 0 then spread_weight else 0 end, 0) as credit,
        fingerprint
    from placed

),

position_credits as (

    select * from shared
    where credit > 0

)

select * from position_credits
