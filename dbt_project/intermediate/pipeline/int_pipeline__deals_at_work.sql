{%- set grains = {'year': 12, 'quarter': 3, 'month': 1} -%}

with lifetimes as (

    -- Where no creation is known, the closing proves that the deal was open before.
    select
        dimension,
        dimension_value,
        is_closed,
        closed_on,
        coalesce(created_on, closed_on) as first_day,
        greatest(coalesce(created_on, closed_on), coalesce(closed_on, created_on)) as last_day
    from {{ ref('int_pipeline__deal_dimensions') }}
    where created_on is not null or closed_on is not null

),

-- A deal comes to work in the period of its first day and leaves after that of its last; where one closes, the period has a row.
changes as (

    {%- for grain, months in grains.items() %}
    select
        '{{ grain }}' as period_grain,
        cast({{ dbt.date_trunc(grain, 'first_day') }} as date) as period_start,
        dimension,
        dimension_value,
        1 as deals
    from lifetimes
    union all
    select
        '{{ grain }}' as period_grain,
        cast({{ dbt.dateadd('month', months, dbt.date_trunc(grain, 'last_day')) }} as date) as period_start,
        dimension,
        dimension_value,
        -1 as deals
    from lifetimes
    where is_closed
    union all
    select
        '{{ grain }}' as period_grain,
        cast({{ dbt.date_trunc(grain, 'closed_on') }} as date) as period_start,
        dimension,
        dimension_value,
        0 as deals
    from lifetimes
    where closed_on is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

net_changes as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_value,
        sum(deals) as deals
    from changes
    group by period_grain, period_start, dimension, dimension_value

),

deals_at_work as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_value,
        sum(deals) over (
            partition by period_grain, dimension, dimension_value
            order by period_start asc nulls last
            rows between unbounded preceding and current row
        ) as deals_at_work
    from net_changes

)

select * from deals_at_work
