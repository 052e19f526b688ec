-- Terms that fell due in each month that is over, and what became of them.
select
    source,
    period_month,
    count(*) as due,
    count(*) filter (outcome in ('renewed', 'expanded', 'contracted')) as renewed,
    count(*) filter (outcome = 'lost') as lost
from marts.fct_renewals
where period_month + interval 1 month <= (select as_of from observability.published_versions where is_current)
group by source, period_month
order by source desc, period_month
