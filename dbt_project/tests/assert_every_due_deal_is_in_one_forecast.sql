-- Fails if an open deal that is due until the second month after as_of is in no forecast of as_of, or in two.
{{ config(severity='warn') }}

with as_of as (

    select
        as_of_date,
        cast({{ dbt.dateadd('month', 3, dbt.date_trunc('month', 'as_of_date')) }} as date) as forecast_until
    from {{ ref('canonical_as_of') }}

),

due as (

    select
        coalesce(deals.pipeline, 'unknown') as pipeline,
        count(*) as deals
    from {{ ref('canonical_deals') }} as deals
    cross join as_of
    where
        not deals.is_closed
        and deals.created_at is not null
        and coalesce(deals.close_date_expected, as_of.as_of_date) < as_of.forecast_until
    group by coalesce(deals.pipeline, 'unknown')

),

forecasts as (

    select
        forecast.pipeline,
        sum(forecast.open_deals) as deals
    from {{ ref('fct_sales_forecast') }} as forecast
    cross join as_of
    where forecast.as_of_date = as_of.as_of_date and forecast.method = 'stage_weighted'
    group by forecast.pipeline

)

select
    due.pipeline,
    due.deals,
    forecasts.deals as forecast_deals
from due
full join forecasts
    on due.pipeline = forecasts.pipeline
where coalesce(due.deals, 0) != coalesce(forecasts.deals, 0)
