-- Fails if forecasts of a month are held against more than the month's won deals bring.
with forecasts as (

    select
        as_of_date,
        period_month,
        sum(actual) as actual
    from {{ ref('fct_sales_forecast') }}
    where method = 'stage_weighted' and actual is not null and months_ahead = 0
    group by as_of_date, period_month

),

bookings as (

    select
        period_start as period_month,
        revenue_reporting
    from {{ ref('fct_sales_performance') }}
    where period_grain = 'month' and dimension = 'all'

)

select
    forecasts.as_of_date,
    forecasts.period_month,
    forecasts.actual,
    bookings.revenue_reporting
from forecasts
left join bookings
    on forecasts.period_month = bookings.period_month
-- A pipeline that began after the forecast isn't in it, so the month may bring more.
where forecasts.actual > coalesce(bookings.revenue_reporting, 0)
