{%- set enough_people = 20 -%}

with step_losses as (

    select * from {{ ref('int_funnel__step_losses') }}

),

examples as (

    select
        funnel,
        step_no,
        segment_name,
        segment_value,
        conversion_rate,
        row_number() over (
            partition by funnel, step_no, segment_name
            order by conversion_rate desc nulls last, segment_value asc nulls last
        ) as place_in_name,
        row_number() over (
            partition by funnel, step_no
            order by conversion_rate desc nulls last, segment_name asc nulls last, segment_value asc nulls last
        ) as place
    from step_losses
    where segment_name <> 'all' and segment_value <> 'unknown' and entered >= {{ enough_people }}

),

compared as (

    select
        step_losses.*,
        examples.segment_name as best_segment_name,
        examples.segment_value as best_segment_value,
        examples.conversion_rate as best_rate,
        case
            when step_losses.conversion_rate < examples.conversion_rate
                then step_losses.entered * (examples.conversion_rate - step_losses.conversion_rate)
            when step_losses.conversion_rate >= examples.conversion_rate then 0
        end as lost_people_to_best,
        case
            when step_losses.conversion_rate < step_losses.trailing_rate
                then step_losses.entered * (step_losses.trailing_rate - step_losses.conversion_rate)
            when step_losses.conversion_rate >= step_losses.trailing_rate then 0
        end as lost_people_to_trailing
    from step_losses
    left join examples
        on step_losses.funnel = examples.funnel
        and step_losses.step_no = examples.step_no
        and (
            (step_losses.segment_name = examples.segment_name and examples.place_in_name = 1)
            or (step_losses.segment_name = 'all' and examples.place = 1)
        )

),

funnel_bottlenecks as (

    select
        funnel,
        step_no,
        step,
        next_step,
        zone,
        segment_name,
        segment_value,
        entered,
        advanced,
        conversion_rate,
        best_segment_name,
        best_segment_value,
        best_rate,
        trailing_entered,
        trailing_rate,
        cast(lost_people_to_best as double) as lost_people_to_best,
        cast(lost_people_to_trailing as double) as lost_people_to_trailing,
        cast(value_per_advance_reporting as decimal(24, 6)) as value_per_advance_reporting,
        cast(lost_people_to_best * value_per_advance_reporting as decimal(24, 6)) as lost_revenue_to_best_reporting,
        cast(lost_people_to_trailing * value_per_advance_reporting as decimal(24, 6)) as lost_revenue_to_trailing_reporting,
        cast(row_number() over (
            partition by funnel, segment_name, segment_value
            order by
                lost_people_to_best * value_per_advance_reporting desc nulls last,
                lost_people_to_best desc nulls last,
                step_no asc nulls last
        ) as integer) as bottleneck_rank
    from compared
    order by funnel, step_no, segment_name, segment_value

)

select * from funnel_bottlenecks
