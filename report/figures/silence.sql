-- How many of the deals that are forecast have gone dark, and what is at risk in all.
select
    count(*) filter (where is_forecast)::bigint as forecast_deals,
    avg(case when is_forecast then cast(is_dark as integer) end) as dark_share,
    count(risk)::bigint as deals_at_risk,
    cast(sum(case when risk is not null then amount_reporting end) as double) as amount_at_risk_reporting
from marts.fct_deals_at_risk
having count(*) > 0
