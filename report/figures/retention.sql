-- Share of each cohort that is active, by months since it began.
select
    cohort_type,
    cohort_month,
    period_no,
    cohort_size,
    retention_rate
from marts.fct_cohort_retention
where segment_name = 'all' and is_complete
order by cohort_type, cohort_month, period_no
