{%- set positions = ['first', 'lead', 'opportunity', 'last'] %}

with paths as (

    select * from {{ ref('int_attribution__paths') }}

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

-- What a touch is given hangs on the numbers of the path's touches alone. Paths are of few shapes, each of which is computed once.
-- A position that the path lacks is on its touch 0.
shapes as (

    select distinct
        touches_in_path,
        touch_no,
        1 as first_touch_no,
        coalesce(lead_touch_no, 0) as lead_touch_no,
        coalesce(opportunity_touch_no, 0) as opportunity_touch_no,
        touches_in_path as last_touch_no
    from paths

),

-- Of the positions on one touch the first that the model names takes it from the spread.
placed as (

    select
        models.model,
        coalesce(models.spread_weight, 0) as spread_weight,
        shapes.*,
        {%- for position in positions %}
        case when shapes.touch_no = shapes.{{ position }}_touch_no then coalesce(models.{{ position }}_weight, 0) else 0 end
        {{- ' +' if not loop.last }}
        {%- endfor %} as named_weight,
        {%- for position in positions %}
        case when shapes.{{ position }}_touch_no > 0 then coalesce(models.{{ position }}_weight, 0) else 0 end
        {{- ' +' if not loop.last }}
        {%- endfor %} as all_named_weight,
        case
            {%- for position in positions %}
            when shapes.touch_no = shapes.{{ position }}_touch_no and models.{{ position }}_weight is not null then false
            {%- endfor %}
            else true
        end as is_in_spread,
        shapes.touches_in_path
        {%- for position in positions %}
        - case
            when models.{{ position }}_weight is null or shapes.{{ position }}_touch_no = 0 then 0
            {%- for other in positions[:loop.index0] %}
            when models.{{ other }}_weight is not null and shapes.{{ other }}_touch_no = shapes.{{ position }}_touch_no then 0
            {%- endfor %}
            else 1
        end
        {%- endfor %} as touches_in_spread
    from shapes
    cross join models

),

-- The weight of a position that the path lacks is shared among the others in proportion: each is divided by the sum
-- of those that are there.
shared as (

    select
        *,
        (named_weight + case when is_in_spread then cast(spread_weight as double) / touches_in_spread else 0 end)
        / nullif(all_named_weight + case when touches_in_spread > 0 then spread_weight else 0 end, 0) as credit
    from placed

),

position_shares as (

    select model, touches_in_path, touch_no, lead_touch_no, opportunity_touch_no, credit
    from shared
    where credit > 0

)

select * from position_shares
