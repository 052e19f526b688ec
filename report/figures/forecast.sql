-- What each month was expected to book when it began, beside its target and what it booked.
select
    pipeline,
    period_month,
    forecast_p10,
    forecast_p50,
    forecast_p90,
    cast(target as double) as target,
    probability_of_target,
    cast(actual as double) as actual
from marts.fct_sales_forecast
where
    method = 'simulated'
    and (
        as_of_date = period_month
        or as_of_date = (select max(as_of_date) from marts.fct_sales_forecast)
    )
qualify row_number() over (partition by pipeline, period_month order by as_of_date) = 1
order by pipeline, period_month
