{%- set fewest_exits = 10 -%}
{%- set share_gone = 0.8 -%}

with survival as (

    select * from {{ ref('int_pipeline__stage_survival') }}

),

-- The product was made of logarithms: a share that is reached exactly may lie a hair beside it.
typical_stays as (

    select
        stage,
        segment,
        cast(min(microseconds) as double) / 86400000000 as typical_days
    from survival
    where exits > 0 and all_exits >= {{ fewest_exits }} and survival <= {{ 1 - share_gone }} + 1e-9
    group by stage, segment

)

select * from typical_stays
