with dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

),

states as (

    select * from {{ ref('int_pipeline__forecast_states') }}

),

targets as (

    select
        period_month,
        funnel_or_pipeline as pipeline,
        sum(target) as target
    from {{ ref('stage_targets') }}
    where metric = 'revenue' and coalesce(owner, '') in ('', 'all') and coalesce(step_or_stage, '') = ''
    group by period_month, funnel_or_pipeline

),

bookings as (

    select
        coalesce(pipeline, 'unknown') as pipeline,
        {{ reporting_month('closed_at') }} as period_month,
        sum(amount_reporting) as booked_reporting
    from {{ ref('fct_deals') }}
    where is_won and closed_at is not null
    group by coalesce(pipeline, 'unknown'), {{ reporting_month('closed_at') }}

),

pipelines as (

    select
        as_of_date,
        pipeline,
        min(known_since) as known_since
    from states
    group by as_of_date, pipeline

),

periods as (

    {%- for months_ahead in range(3) %}
    select
        as_of_date,
        {{ months_ahead }} as months_ahead,
        cast({{ dbt.dateadd('month', months_ahead, 'first_period_month') }} as date) as period_month,
        cast({{ dbt.dateadd('month', months_ahead + 1, 'first_period_month') }} as date) as period_end
    from dates
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

forecasts as (

    select
        row_number() over (
            order by periods.as_of_date asc nulls last, pipelines.pipeline asc nulls last, periods.months_ahead asc nulls last
        ) as forecast_no,
        periods.as_of_date,
        pipelines.pipeline,
        pipelines.known_since,
        periods.months_ahead,
        periods.period_month,
        cast(targets.target as decimal(24, 6)) as target,
        case
            when periods.period_end <= as_of.as_of_date
                then cast(coalesce(bookings.booked_reporting, 0) as decimal(24, 6))
        end as actual
    from periods
    cross join {{ ref('canonical_as_of') }} as as_of
    inner join pipelines
        on periods.as_of_date = pipelines.as_of_date
    left join targets
        on pipelines.pipeline = targets.pipeline
        and periods.period_month = targets.period_month
    left join bookings
        on pipelines.pipeline = bookings.pipeline
        and periods.period_month = bookings.period_month

)

select * from forecasts
