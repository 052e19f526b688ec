with dates as (

    select as_of_date from {{ ref('int_pipeline__forecast_dates') }}

),

lookbacks as (

    select distinct look_date from {{ ref('int_pipeline__forecast_lookbacks') }}

),

days as (

    select
        as_of_date as date_day,
        true as is_forecast_date
    from dates
    union all
    select
        lookbacks.look_date as date_day,
        false as is_forecast_date
    from lookbacks
    left join dates
        on lookbacks.look_date = dates.as_of_date
    where dates.as_of_date is null

),

forecast_days as (

    select
        date_day as as_of_date,
        cast(date_day as {{ dbt.type_timestamp() }}) as known_at,
        is_forecast_date
    from days

)

select * from forecast_days
