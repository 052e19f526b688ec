with forecasts as (

    select * from {{ ref('int_pipeline__forecasts') }}

),

deals as (

    select * from {{ ref('int_pipeline__forecast_deals') }}
    where amount_reporting is not null

),

-- A forecast without a deal has one row that is worth nothing, so that it is drawn as well.
chances as (

    select
        forecasts.forecast_no,
        coalesce(deals.probability, 0.0) as probability,
        cast(coalesce(deals.amount_reporting, 0) as double) as amount,
        cast(forecasts.target as double) as target
    from forecasts
    left join deals
        on forecasts.as_of_date = deals.as_of_date
        and forecasts.pipeline = deals.pipeline
        and forecasts.period_month = deals.period_month

)

select * from chances
