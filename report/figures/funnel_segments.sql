-- The share that goes on from each step by segment, all cohorts together, with its Wilson interval.
with

steps as (
    select
        funnel,
        segment_value,
        step_no,
        step,
        sum(entered)::bigint as entered,
        sum(advanced)::bigint as advanced
    from marts.fct_funnel_conversion
    where order_mode = 'ordered' and segment_name = 'segment'
    group by funnel, segment_value, step_no, step
),

rates as (
    select
        *,
        lead(step) over (partition by funnel, segment_value order by step_no) as next_step,
        advanced / nullif(entered, 0) as rate,
        1.959964 * 1.959964 as z2
    from steps
)

select
    funnel,
    segment_value,
    step_no,
    step,
    next_step,
    entered,
    advanced,
    rate as conversion_rate,
    (rate + z2 / (2 * entered) - sqrt(z2 * rate * (1 - rate) / entered + z2 * z2 / (4 * entered * entered)))
        / (1 + z2 / entered) as low,
    (rate + z2 / (2 * entered) + sqrt(z2 * rate * (1 - rate) / entered + z2 * z2 / (4 * entered * entered)))
        / (1 + z2 / entered) as high
from rates
where next_step is not null and entered > 0
order by funnel, step_no, segment_value
