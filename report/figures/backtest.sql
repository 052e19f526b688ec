-- How wrong each way of forecasting has been, by how far ahead it looked.
select
    pipeline,
    method,
    max(case when months_ahead = 0 then weighted_absolute_percentage_error end) as error_0,
    max(case when months_ahead = 1 then weighted_absolute_percentage_error end) as error_1,
    max(case when months_ahead = 2 then weighted_absolute_percentage_error end) as error_2,
    max(case when months_ahead = 0 then bias end) as bias_0,
    max(case when months_ahead = 0 then interval_coverage end) as interval_coverage_0,
    max(case when months_ahead = 0 then brier_score end) as brier_score_0
from marts.fct_forecast_backtest
group by pipeline, method
order by pipeline, error_0 nulls last, method
