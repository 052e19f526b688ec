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

with_best as (

    select
        *,
        first_value(attempt_no) over (
            partition by funnel, order_mode, person_key
            order by step_no desc nulls last, started_at asc nulls last, attempt_no asc nulls last
        ) as best_attempt_no,
        lag(entered_at) over (
            partition by funnel, order_mode, person_key, attempt_no
            order by step_no asc nulls last
        ) as previous_entered_at
    from attempts

),

funnel_progress as (

    select
        with_best.funnel,
        with_best.order_mode,
        cast(with_best.attempt_no as integer) as attempt_no,
        with_best.attempt_no = with_best.best_attempt_no as is_best_attempt,
        with_best.step_no,
        funnels.step,
        with_best.person_key,
        with_best.entered_at,
        {{ fractional_days('with_best.previous_entered_at', 'with_best.entered_at') }} as days_from_previous,
        coalesce(with_best.segment, people.segment, 'unknown') as segment,
        coalesce(people.acquisition_channel, 'unknown') as acquisition_channel
    from with_best
    inner join funnels
        on with_best.funnel = funnels.funnel
        and with_best.step_no = funnels.step_no
    left join people
        on with_best.person_key = people.person_key

)

select * from funnel_progress
