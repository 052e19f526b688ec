-- Checks of the run that published, by kind.
with

newest as (
    select run_id from observability.published_versions where is_current
)

select
    kind,
    count(*) as checks,
    count(*) filter (where passed) as passed,
    count(*) filter (where not passed and severity = 'error') as failed,
    count(*) filter (where not passed and severity <> 'error') as warned,
    coalesce(sum(rows_seen), 0)::bigint as rows_seen
from observability.check_results
where run_id in (select run_id from newest)
group by kind
order by kind
