with ordered_attempts as (

    select * from {{ ref('int_funnel__ordered_attempts') }}

),

funnels as (

    select * from {{ ref('funnels') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

attempts as (

    select
        'ordered' as order_mode,
        *
    from ordered_attempts

),

deepest as (

    select
        funnel,
        order_mode,
        person_key,
        max(step_no) as deepest_step_no
    from attempts
    group by funnel, order_mode, person_key

),

-- Attempts are numbered in time, so the smallest number is the earliest.
best_attempts as (

    select
        attempts.funnel,
        attempts.order_mode,
        attempts.person_key,
        min(attempts.attempt_no) as attempt_no
    from attempts
    inner join deepest
        on attempts.funnel = deepest.funnel
        and attempts.order_mode = deepest.order_mode
        and attempts.person_key = deepest.person_key
        and attempts.step_no = deepest.deepest_step_no
    group by attempts.funnel, attempts.order_mode, attempts.person_key

),

funnel_progress as (

    select
        attempts.funnel,
        attempts.order_mode,
        cast(attempts.attempt_no as integer) as attempt_no,
        attempts.attempt_no = best_attempts.attempt_no as is_best_attempt,
        attempts.step_no,
        funnels.step,
        attempts.person_key,
        attempts.entered_at,
        {{ fractional_days('attempts.previous_entered_at', 'attempts.entered_at') }} as days_from_previous,
        coalesce(attempts.segment, people.segment, 'unknown') as segment,
        coalesce(people.acquisition_channel, 'unknown') as acquisition_channel
    from attempts
    inner join funnels
        on attempts.funnel = funnels.funnel
        and attempts.step_no = funnels.step_no
    inner join best_attempts
        on attempts.funnel = best_attempts.funnel
        and attempts.order_mode = best_attempts.order_mode
        and attempts.person_key = best_attempts.person_key
    left join people on attempts.person_key = people.person_key

)

select * from funnel_progress
