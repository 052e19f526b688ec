-- The paths that most won deals went, and how many of those who went them bought.
select
    path,
    journeys,
    conversions,
    cast(value_reporting as double) as value_reporting,
    conversion_rate,
    median_days
from marts.fct_conversion_paths
where conversion_type = 'won' and conversions > 0
order by conversions desc, value_reporting desc nulls last, path
limit 12
