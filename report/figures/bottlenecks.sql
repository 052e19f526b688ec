-- Where a funnel loses most: each step against the best segment and against the year before.
select
    funnel,
    step,
    next_step,
    entered,
    conversion_rate,
    best_segment_name,
    best_segment_value,
    best_rate,
    trailing_rate,
    lost_people_to_best,
    cast(lost_revenue_to_best_reporting as double) as lost_revenue_to_best_reporting
from marts.fct_funnel_bottlenecks
where segment_name = 'all' and lost_people_to_best > 0
order by funnel, bottleneck_rank
