-- What leads and customers cost, by month, over the last twelve.
select
    period_month,
    cast(ad_spend_reporting as double) as ad_spend_reporting,
    cast(costs_reporting as double) as costs_reporting,
    new_leads,
    new_customers,
    cast(cost_per_lead as double) as cost_per_lead,
    cast(paid_cac as double) as paid_cac,
    cast(full_cac as double) as full_cac
from marts.fct_acquisition_cost
where channel = 'all'
    and period_month >= (select max(period_month) - interval 11 month from marts.fct_acquisition_cost)
order by period_month
