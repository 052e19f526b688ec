-- What the last publication said otherwise than the one before, the largest changes first.
select
    figure,
    period_month,
    channel,
    coalesce(model, '') as model,
    coalesce(conversion_type, '') as conversion_type,
    cast(value_before as double) as value_before,
    cast(value_after as double) as value_after,
    reason
from marts.fct_restatements
where version = (select max(version) from observability.published_versions where is_current)
order by abs(change) desc, figure, period_month, channel, model, conversion_type
limit 8
