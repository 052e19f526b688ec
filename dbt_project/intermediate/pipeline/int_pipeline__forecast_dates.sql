with as_of as (

    select
        as_of_date,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as month_of_as_of
    from {{ ref('canonical_as_of') }}

),

month_starts as (

    {%- for months in range(13) %}
    select cast({{ dbt.dateadd('month', -months, 'month_of_as_of') }} as date) as as_of_date
    from as_of
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

earlier_starts as (

    select
        month_starts.as_of_date,
        row_number() over (order by month_starts.as_of_date desc nulls last) as start_no
    from month_starts
    cross join as_of
    where month_starts.as_of_date < as_of.as_of_date

),

dates as (

    select as_of_date from as_of
    union all
    select as_of_date from earlier_starts
    where start_no <= 12

),

forecast_dates as (

    select
        as_of_date,
        cast(as_of_date as {{ dbt.type_timestamp() }}) as known_at,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as first_period_month
    from dates

)

select * from forecast_dates
