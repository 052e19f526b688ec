-- Open deals by stage at the end of the last day, with the stage's weighted amount.
select
    pipeline,
    stage,
    sum(open_deals)::bigint as open_deals,
    cast(sum(amount_reporting) as double) as amount_reporting,
    cast(sum(weighted_amount_reporting) as double) as weighted_amount_reporting
from marts.fct_pipeline_daily
where date_day = (select max(date_day) from marts.fct_pipeline_daily)
group by pipeline, stage
order by
    pipeline,
    sum(weighted_amount_reporting) / nullif(sum(amount_reporting), 0) nulls first,
    stage
