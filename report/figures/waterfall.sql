-- How monthly recurring revenue went from one month to the next.
select
    period_month,
    cast(opening as double) as opening,
    cast(gained as double) as gained,
    cast(returned as double) as returned,
    cast(expansion as double) as expansion,
    cast(-contraction as double) as contraction,
    cast(-lost as double) as lost,
    cast(fx as double) as fx,
    cast(closing as double) as closing
from marts.fct_churn_monthly
where definition = 'revenue' and segment_name = 'all'
order by period_month
