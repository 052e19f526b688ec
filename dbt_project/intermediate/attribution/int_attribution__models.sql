with weights as (

    select * from {{ ref('attribution_weights') }}

),

-- With a weight on an end of the path, or on nothing but the spread, there is always a touch that takes the credit.
weighed as (

    select
        model,
        sum(case when position in ('first', 'last') then weight else 0 end) > 0
        or count(case when position <> 'spread' then position end) = 0 as is_always_credited
    from weights
    group by model

),

models as (

    select
        model,
        is_always_credited
    from weighed
    {%- for model in own_attribution_models() %}
    union all
    select
        '{{ model }}' as model,
        true as is_always_credited
    {%- endfor %}

),

numbered as (

    select
        *,
        row_number() over (order by model asc nulls last) as model_no
    from models

)

select * from numbered
