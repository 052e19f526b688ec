with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

steps as (

    select * from {{ ref('int_funnel__steps') }}

),

cohort_steps as (

    select * from {{ ref('int_funnel__cohort_steps') }}

),

time_to_next as (

    select * from {{ ref('int_funnel__time_to_next') }}

),

reached as (

    select
        cohort_steps.*,
        time_to_next.median_days_to_next,
        case
            when cohort_steps.censored = 0 or cohort_steps.advanced = 0
                then cast(cohort_steps.advanced as double) / cohort_steps.entered
            else time_to_next.matured_rate
        end as matured_rate
    from cohort_steps
    left join time_to_next on cohort_steps.cohort_step_no = time_to_next.cohort_step_no

),

-- The window that must have passed is the next step's; at the last step its own.
windows as (

    select
        steps.*,
        coalesce(next_steps.funnel_window_seconds, steps.funnel_window_seconds) as window_seconds
    from steps
    left join steps as next_steps
        on steps.funnel = next_steps.funnel
        and steps.step_no + 1 = next_steps.step_no

),

-- A step that nobody has reached yet is a row with 0, so that every cohort shows its whole funnel.
cohorts as (

    select
        started.funnel, started.order_mode, started.cohort_month, started.segment_name, started.segment_value,
        started.entered as started,
        windows.step_no,
        windows.step,
        started.cohort_month
        < {{ reporting_month(dbt.dateadd('second', '-windows.window_seconds', 'as_of.as_of'), is_moment=true) }}
        as is_mature,
        coalesce(reached.entered, 0) as entered,
        case when not windows.is_last_step then coalesce(reached.advanced, 0) end as advanced,
        case when not windows.is_last_step then reached.matured_rate end as matured_rate,
        reached.median_days_to_next
    from reached as started
    cross join as_of
    inner join windows on started.funnel = windows.funnel
    left join reached
        on started.funnel = reached.funnel
        and started.order_mode = reached.order_mode
        and started.cohort_month = reached.cohort_month
        and started.segment_name = reached.segment_name
        and started.segment_value = reached.segment_value
        and windows.step_no = reached.step_no
    where started.step_no = 1

),

funnel_conversion as (

    select
        funnel,
        order_mode,
        cohort_month,
        segment_name,
        segment_value,
        step_no,
        step,
        entered,
        advanced,
        cast(advanced as double) / nullif(entered, 0) as conversion_rate,
        {{ wilson_bound('low', 'advanced', 'entered') }} as conversion_rate_low,
        {{ wilson_bound('high', 'advanced', 'entered') }} as conversion_rate_high,
        matured_rate,
        cast(entered as double) / started as cumulative_rate,
        median_days_to_next,
        is_mature
    from cohorts
    order by funnel, order_mode, cohort_month, segment_name, segment_value, step_no

)

select * from funnel_conversion
