-- Customers and money lost each month, by each definition.
select
    period_month,
    max(case when definition = 'logo' then opening end)::bigint as customers_opening,
    max(case when definition = 'logo' then lost end)::bigint as customers_lost,
    max(case when definition = 'logo' then churn_rate end) as logo_churn_rate,
    max(case when definition = 'same_month_included' then churn_rate end) as same_month_included_churn_rate,
    max(case when definition = 'inactivity' then churn_rate end) as inactivity_churn_rate,
    max(case when definition = 'inactivity_probability' then churn_rate end) as inactivity_probability_churn_rate,
    cast(max(case when definition = 'revenue' then closing end) as double) as mrr_closing,
    max(case when definition = 'revenue' then churn_rate end) as revenue_churn_rate,
    max(case when definition = 'revenue' then net_churn_rate end) as net_churn_rate
from marts.fct_churn_monthly
where segment_name = 'all'
group by period_month
having bool_or(definition = 'logo')
order by period_month
