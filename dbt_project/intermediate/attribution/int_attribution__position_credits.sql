{%- set positions = ['first', 'lead', 'opportunity', 'last'] -%}

with paths as (

    select * from {{ ref('int_attribution__paths') }}

),

weights as (

    select * from {{ ref('attribution_weights') }}

),

-- A position that a model doesn't name is NULL here, which differs from a weight of 0: a named touch leaves the spread.
models as (

    select
        model,
        {%- for position in positions + ['spread'] %}
        max(case when position = '{{ position }}' then weight end) as {{ position }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from weights
    group by model

),

placed as (

    select
        paths.conversion_key,
        paths.touchpoint_key,
        models.model,
        models.spread_weight,
        {%- for position in positions %}
        case when paths.is_{{ position }} then coalesce(models.{{ position }}_weight, 0) else 0 end +
        {%- endfor %} 0 as named_weight,
        coalesce(models.first_weight, 0) + coalesce(models.last_weight, 0)
        {%- for position in ['lead', 'opportunity'] %}
        + case when paths.has_{{ position }} then coalesce(models.{{ position }}_weight, 0) else 0 end
        {%- endfor %} as all_named_weight,
        case
            when models.spread_weight is null then 0
            {%- for position in positions %}
            when paths.is_{{ position }} and models.{{ position }}_weight is not null then 0
            {%- endfor %}
            else 1
        end as is_in_spread
    from paths
    cross join models

),

with_spread as (

    select
        *,
        sum(is_in_spread) over (partition by conversion_key, model) as touches_in_spread
    from placed

),

-- The weight of a position that the path lacks is shared among the others in proportion: each is divided by the sum
-- of those that are there.
shared as (

    select
        conversion_key,
        model,
        touchpoint_key,
        (named_weight + case when is_in_spread = 1 then spread_weight / touches_in_spread else 0 end)
        / nullif(all_named_weight + case when touches_in_spread > 0 then spread_weight else 0 end, 0) as credit
    from with_spread

),

position_credits as (

    select * from shared
    where credit > 0

)

select * from position_credits
