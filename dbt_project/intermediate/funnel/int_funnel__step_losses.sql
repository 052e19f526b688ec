with recent_steps as (

    select * from {{ ref('int_funnel__recent_steps') }}

),

steps as (

    select * from {{ ref('int_funnel__steps') }}

),

segment_names as (

    {{ funnel_segment_names() }}

),

-- Equal people are counted before they are split: splitting multiplies rows.
counted as (

    select
        funnel, step_no, segment, lead_source, acquisition_channel, country, industry, size_band,
        sum(case when is_recent then 1 else 0 end) as entered,
        sum(case when is_recent and has_advanced then 1 else 0 end) as advanced,
        sum(case when not is_recent then 1 else 0 end) as trailing_entered,
        sum(case when not is_recent and has_advanced then 1 else 0 end) as trailing_advanced,
        count(value_reporting) as went_on,
        sum(value_reporting) as value_reporting
    from recent_steps
    group by funnel, step_no, segment, lead_source, acquisition_channel, country, industry, size_band

),

step_losses as (

    select
        steps.funnel,
        steps.step_no,
        steps.step,
        steps.next_step,
        steps.zone,
        segment_names.segment_name,
        {{ funnel_segment_value('counted', 'segment_names') }} as segment_value,
        cast(sum(counted.entered) as bigint) as entered,
        cast(sum(counted.advanced) as bigint) as advanced,
        cast(sum(counted.advanced) as double) / nullif(sum(counted.entered), 0) as conversion_rate,
        cast(sum(counted.trailing_entered) as bigint) as trailing_entered,
        cast(sum(counted.trailing_advanced) as double) / nullif(sum(counted.trailing_entered), 0) as trailing_rate,
        cast(sum(counted.value_reporting) as double) / nullif(sum(counted.went_on), 0) as value_per_advance_reporting
    from counted
    inner join steps
        on counted.funnel = steps.funnel
        and counted.step_no = steps.step_no
    cross join segment_names
    where not steps.is_last_step
    group by 1, 2, 3, 4, 5, 6, 7

)

select * from step_losses
