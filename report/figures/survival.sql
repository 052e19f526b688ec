-- Share of subscribers who stay beyond so many months, all and by segment.
select
    segment_value,
    tenure_months,
    survival,
    survival_low,
    survival_high
from marts.fct_churn_survival
where segment_name in ('all', 'segment')
order by segment_name, segment_value, tenure_months
