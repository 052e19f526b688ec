with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

funnels as (

    select * from {{ ref('funnels') }}

),

segmented_steps as (

    select * from {{ ref('int_funnel__segmented_steps') }}

),

reached as (

    select
        funnel, order_mode, cohort_month, segment_name, segment_value, step_no,
        count(*) as entered,
        count(days_to_next) as advanced,
        {{ median('days_to_next') }} as median_days_to_next
    from segmented_steps
    group by funnel, order_mode, cohort_month, segment_name, segment_value, step_no

),

steps as (

    select
        funnel,
        step_no,
        step,
        step_no = max(step_no) over (partition by funnel) as is_last_step,
        max(funnel_window_seconds) over (partition by funnel) as funnel_window_seconds
    from funnels

),

-- A step that nobody has reached yet is a row with 0, so that every cohort shows its whole funnel.
cohort_steps as (

    select
        cohorts.funnel, cohorts.order_mode, cohorts.cohort_month, cohorts.segment_name, cohorts.segment_value,
        cohorts.entered as started,
        steps.step_no,
        steps.step,
        {{ dbt.dateadd('second', 'steps.funnel_window_seconds', "cast(" ~ dbt.dateadd('month', 1, 'cohorts.cohort_month') ~ " as timestamp)") }}
            <= as_of.as_of as is_mature,
        coalesce(reached.entered, 0) as entered,
        case when not steps.is_last_step then coalesce(reached.advanced, 0) end as advanced,
        reached.median_days_to_next
    from reached as cohorts
    cross join as_of
    inner join steps on cohorts.funnel = steps.funnel
    left join reached
        on cohorts.funnel = reached.funnel
        and cohorts.order_mode = reached.order_mode
        and cohorts.cohort_month = reached.cohort_month
        and cohorts.segment_name = reached.segment_name
        and cohorts.segment_value = reached.segment_value
        and steps.step_no = reached.step_no
    where cohorts.step_no = 1

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
        cast(null as double) as matured_rate,
        cast(entered as double) / started as cumulative_rate,
        median_days_to_next,
        is_mature
    from cohort_steps
    order by funnel, order_mode, cohort_month, segment_name, segment_value, step_no

)

select * from funnel_conversion
