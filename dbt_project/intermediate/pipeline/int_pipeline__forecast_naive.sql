with forecasts as (

    select * from {{ ref('int_pipeline__forecasts') }}

),

dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

),

deals as (

    select * from {{ ref('int_pipeline__forecast_deals') }}
    where is_booked

),

months as (

    select
        as_of_date,
        cast({{ dbt.dateadd('month', -3, 'first_period_month') }} as date) as third_month,
        cast({{ dbt.dateadd('month', -2, 'first_period_month') }} as date) as second_month,
        cast({{ dbt.dateadd('month', -1, 'first_period_month') }} as date) as last_month,
        first_period_month
    from dates

),

booked as (

    select
        deals.as_of_date,
        deals.pipeline,
        sum(case when deals.period_month = months.last_month then deals.amount_reporting end) as last_month_reporting,
        sum(deals.amount_reporting) as last_three_months_reporting
    from deals
    inner join months
        on deals.as_of_date = months.as_of_date
        and deals.period_month >= months.third_month
        and deals.period_month < months.first_period_month
    group by deals.as_of_date, deals.pipeline

),

naive as (

    select
        forecasts.forecast_no,
        case
            when {{ reporting_day('forecasts.known_since') }} < months.first_period_month
                then coalesce(booked.last_month_reporting, 0)
        end as last_month_reporting,
        case
            when {{ reporting_day('forecasts.known_since') }} < months.second_month
                then cast(coalesce(booked.last_three_months_reporting, 0) as double) / 3
        end as average_3_months_reporting
    from forecasts
    inner join months
        on forecasts.as_of_date = months.as_of_date
    left join booked
        on forecasts.as_of_date = booked.as_of_date
        and forecasts.pipeline = booked.pipeline

)

select * from naive
