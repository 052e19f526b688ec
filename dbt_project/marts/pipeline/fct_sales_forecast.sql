with forecasts as (

    select * from {{ ref('int_pipeline__forecasts') }}

),

deals as (

    select * from {{ ref('int_pipeline__forecast_open_deals') }}

),

chances as (

    select
        forecast_no,
        amount as booked,
        checksum
    from {{ ref('int_pipeline__forecast_chances') }}
    where row_kind = 0

),

draws as (

    select * from {{ ref('stg_estimates__sales_forecasts') }}

),

naive as (

    select * from {{ ref('int_pipeline__forecast_naive') }}

),

weighted as (

    select
        chances.forecast_no,
        chances.checksum,
        count(case when deals.is_due then 1 end) as open_deals,
        cast(chances.booked as decimal(24, 6)) as booked_reporting,
        cast(chances.booked as decimal(24, 6)) + coalesce(
            sum(cast(deals.probability * deals.closing_share * cast(deals.amount_reporting as double) as decimal(38, 12))), 0
        ) as weighted_reporting
    from chances
    left join deals
        on chances.forecast_no = deals.forecast_no
    group by chances.forecast_no, chances.checksum, chances.booked

),

methods as (

    select
        forecast_no, 'stage_weighted' as method, cast(null as double) as p10, cast(weighted_reporting as double) as p50,
        cast(null as double) as p90, cast(null as double) as probability_of_target, cast(null as varchar) as missing_because
    from weighted
    union all
    select
        forecasts.forecast_no, 'simulated' as method, draws.p10, draws.p50, draws.p90, draws.probability_of_target,
        case
            when draws.forecast_no is null then 'not simulated from these deals yet'
            when draws.p50 is null then 'no earlier month shows yet what becomes of open deals'
        end as missing_because
    from weighted as forecasts
    left join draws
        on forecasts.forecast_no = draws.forecast_no
        and forecasts.checksum = draws.checksum
    union all
    select
        forecast_no, 'last_month' as method, null as p10, cast(last_month_reporting as double) as p50, null as p90,
        null as probability_of_target,
        case when last_month_reporting is null then 'the pipeline is younger than the last month' end as missing_because
    from naive
    union all
    select
        forecast_no, 'average_3_months' as method, null as p10, average_3_months_reporting as p50, null as p90,
        null as probability_of_target,
        case when average_3_months_reporting is null then 'the pipeline is younger than three months' end
            as missing_because
    from naive

),

sales_forecast as (

    select
        forecasts.as_of_date,
        forecasts.period_month,
        forecasts.pipeline,
        methods.method,
        forecasts.months_ahead,
        weighted.open_deals,
        weighted.booked_reporting,
        cast(methods.p10 as decimal(24, 6)) as forecast_p10,
        cast(methods.p50 as decimal(24, 6)) as forecast_p50,
        cast(methods.p90 as decimal(24, 6)) as forecast_p90,
        forecasts.target,
        methods.probability_of_target,
        forecasts.actual,
        methods.missing_because
    from methods
    inner join forecasts on methods.forecast_no = forecasts.forecast_no
    inner join weighted on methods.forecast_no = weighted.forecast_no
    order by forecasts.as_of_date, forecasts.period_month, forecasts.pipeline, methods.method

)

select * from sales_forecast
