-- What the models of customer value, fitted on the days up to one, expected of those since, beside what came.
select
    model,
    measure,
    calibrated_until,
    customers,
    predicted,
    actual,
    naive,
    refusal
from marts.fct_value_holdout
where group_name = 'all'
order by model, measure
