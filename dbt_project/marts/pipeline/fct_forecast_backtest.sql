with forecasts as (

    select * from {{ ref('fct_sales_forecast') }}
    where actual is not null

),

naive as (

    select * from forecasts
    where method = 'last_month'

),

errors as (

    select
        forecasts.*,
        forecasts.forecast_p50 - forecasts.actual as error,
        case when forecasts.forecast_p50 is not null then forecasts.actual end as actual_of_forecast,
        case when naive.forecast_p50 is not null then abs(forecasts.forecast_p50 - forecasts.actual) end as error_beside_naive,
        case when forecasts.forecast_p50 is not null then abs(naive.forecast_p50 - naive.actual) end as error_of_naive,
        case
            when forecasts.forecast_p10 is not null
                then case when forecasts.actual between forecasts.forecast_p10 and forecasts.forecast_p90 then 1 else 0 end
        end as is_covered,
        forecasts.probability_of_target - case when forecasts.actual >= forecasts.target then 1 else 0 end as target_error
    from forecasts
    left join naive
        on forecasts.as_of_date = naive.as_of_date
        and forecasts.period_month = naive.period_month
        and forecasts.pipeline = naive.pipeline

),

backtest as (

    select
        method,
        pipeline,
        months_ahead,
        count(forecast_p50) as forecasts,
        cast(cast(sum(abs(error)) as double) / nullif(count(forecast_p50), 0) as decimal(24, 6)) as mean_absolute_error,
        cast(sum(abs(error)) as double) / nullif(cast(sum(actual_of_forecast) as double), 0)
            as weighted_absolute_percentage_error,
        cast(sum(error) as double) / nullif(cast(sum(actual_of_forecast) as double), 0) as bias,
        cast(sum(error_beside_naive) as double) / nullif(cast(sum(error_of_naive) as double), 0) as error_to_naive,
        cast(sum(is_covered) as double) / nullif(count(is_covered), 0) as interval_coverage,
        cast(sum(cast(target_error * target_error as decimal(24, 12))) as double) / nullif(count(target_error), 0)
            as brier_score
    from errors
    group by method, pipeline, months_ahead
    order by method, pipeline, months_ahead

)

select * from backtest
