with progress as (

    select * from {{ ref('fct_funnel_progress') }}
    where order_mode = 'ordered' and is_best_attempt

),

funnels as (

    select * from {{ ref('funnels') }}

),

best_steps as (

    select
        progress.funnel,
        progress.person_key,
        progress.step_no,
        funnels.zone,
        progress.entered_at,
        lead(progress.entered_at) over (
            partition by progress.funnel, progress.person_key
            order by progress.step_no asc nulls last
        ) as next_entered_at
    from progress
    inner join funnels
        on progress.funnel = funnels.funnel
        and progress.step_no = funnels.step_no

)

select * from best_steps
