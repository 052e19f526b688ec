-- What each month's new subscribers cost, what they have brought, and when they had paid what they cost.
select
    cohort_month,
    cohort_size,
    acquisition_cost_per_customer,
    cumulative_margin_per_customer,
    predicted_ltv,
    ltv_to_cac,
    payback_period_no
from marts.fct_cohort_retention
where cohort_type = 'subscriptions' and segment_name = 'all'
qualify row_number() over (partition by cohort_month order by period_no desc) = 1
order by cohort_month
