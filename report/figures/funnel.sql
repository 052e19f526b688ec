-- People by step of each funnel, all cohorts together.
select
    funnel,
    step_no,
    step,
    sum(entered)::bigint as entered,
    sum(advanced)::bigint as advanced,
    sum(advanced) / nullif(sum(entered), 0) as conversion_rate
from marts.fct_funnel_conversion
where order_mode = 'ordered' and segment_name = 'all'
group by funnel, step_no, step
order by funnel, step_no
