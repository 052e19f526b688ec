with deal_dimensions as (

    select * from {{ ref('int_pipeline__deal_dimensions') }}

),

deals_in_periods as (

    select
        'all' as period_grain,
        cast(null as date) as period_start,
        deal_dimensions.*
    from deal_dimensions
    {%- for grain in ['year', 'quarter', 'month'] %}
    union all
    select
        '{{ grain }}' as period_grain,
        cast({{ dbt.date_trunc(grain, 'closed_on') }} as date) as period_start,
        deal_dimensions.*
    from deal_dimensions
    where closed_on is not null
    {%- endfor %}

)

select * from deals_in_periods
