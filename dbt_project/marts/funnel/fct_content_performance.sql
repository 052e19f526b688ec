{%- set days_to_advance = 30 -%}

with touchpoints as (

    select * from {{ ref('fct_touchpoints') }}
    where content_type is not null

),

best_steps as (

    select * from {{ ref('int_funnel__best_steps') }}

),

touched as (

    select
        best_steps.funnel,
        best_steps.zone,
        touchpoints.content_type,
        {{ reporting_month('touchpoints.occurred_at') }} as period_month,
        touchpoints.person_key,
        max(
            case
                when best_steps.next_entered_at <= {{ dbt.dateadd('day', days_to_advance, 'touchpoints.occurred_at') }}
                    then 1
                else 0
            end
        ) as has_advanced
    from touchpoints
    inner join best_steps
        on touchpoints.person_key = best_steps.person_key
        and touchpoints.occurred_at >= best_steps.entered_at
        and coalesce(touchpoints.occurred_at < best_steps.next_entered_at, true)
    group by
        best_steps.funnel,
        best_steps.zone,
        touchpoints.content_type,
        {{ reporting_month('touchpoints.occurred_at') }},
        touchpoints.person_key

),

content_performance as (

    select
        funnel,
        zone,
        content_type,
        period_month,
        count(*) as people_touched,
        cast(sum(has_advanced) as bigint) as people_advanced,
        cast(sum(has_advanced) as double) / count(*) as advance_rate
    from touched
    group by funnel, zone, content_type, period_month
    order by funnel, zone, content_type, period_month

)

select * from content_performance
