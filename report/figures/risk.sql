-- Share of customers predicted to leave within 90 days against the share that left, by tenths of the probability.
select
    method,
    mean_predicted,
    actual_rate,
    customers
from marts.fct_churn_risk_backtest
order by method desc, bin_no
