with best_attempt_steps as (

    select * from {{ ref('int_funnel__best_attempt_steps') }}

),

segment_names as (

    {{ funnel_segment_names() }}

),

-- Equal people are counted before they are split: splitting multiplies rows.
counted as (

    select
        funnel, order_mode, cohort_month, step_no,
        segment, lead_source, acquisition_channel, country, industry, size_band,
        count(*) as entered,
        count(next_entered_at) as advanced,
        count(days_until_censored) as censored
    from best_attempt_steps
    group by
        funnel, order_mode, cohort_month, step_no,
        segment, lead_source, acquisition_channel, country, industry, size_band

),

cohort_steps as (

    select
        counted.funnel,
        counted.order_mode,
        counted.cohort_month,
        segment_names.segment_name,
        {{ funnel_segment_value('counted', 'segment_names') }} as segment_value,
        counted.step_no,
        cast(sum(counted.entered) as bigint) as entered,
        cast(sum(counted.advanced) as bigint) as advanced,
        cast(sum(counted.censored) as bigint) as censored
    from counted
    cross join segment_names
    group by 1, 2, 3, 4, 5, 6

),

numbered as (

    select
        row_number() over (
            order by funnel, order_mode, cohort_month, segment_name, segment_value, step_no
        ) as cohort_step_no,
        *
    from cohort_steps

)

select * from numbered
