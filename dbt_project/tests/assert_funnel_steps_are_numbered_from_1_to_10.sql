-- Fails if the steps of a funnel aren't numbered 1, 2, 3 … without a gap, or if there are more than the 10 that
-- attempts are followed through.
with funnels as (

    select * from {{ ref('funnels') }}

),

failures as (

    select
        funnel,
        min(step_no) as first_step,
        max(step_no) as last_step,
        count(*) as steps
    from funnels
    group by funnel
    having min(step_no) <> 1 or max(step_no) <> count(*) or max(step_no) > 10

)

select * from failures
