with dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

),

month_pairs as (

    {%- for months_back in range(1, 13) %}
    {%- set outer = loop %}
    {%- for months_ahead in range(3) if months_ahead < months_back %}
    select
        as_of_date,
        {{ months_back }} as months_back,
        cast({{ dbt.dateadd('month', -months_back, 'as_of_date') }} as date) as look_date,
        {{ months_ahead }} as months_ahead,
        cast({{ dbt.dateadd('month', months_ahead - months_back, 'first_period_month') }} as date) as period_month
    from dates
    {%- if not (outer.last and loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}

)

select * from month_pairs
