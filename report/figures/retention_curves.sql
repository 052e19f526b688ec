-- Share of subscribers still active by months since they began: of each month's cohort, of all cohorts, and of each segment's. Only cohorts
-- whose period is over count, in both terms of the share.
select
    segment_name,
    segment_value,
    cohort_month,
    period_no,
    sum(cohort_size) as customers,
    cast(sum(active_customers) as double) / sum(cohort_size) as retention_rate
from marts.fct_cohort_retention
where cohort_type = 'subscriptions' and segment_name in ('all', 'segment') and is_complete
group by grouping sets ((segment_name, segment_value, cohort_month, period_no), (segment_name, segment_value, period_no))
having segment_name = 'all' or cohort_month is null
order by segment_name, segment_value, cohort_month, period_no
