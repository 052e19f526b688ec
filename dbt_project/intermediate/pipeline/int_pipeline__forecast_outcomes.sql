with lookbacks as (

    select * from {{ ref('int_pipeline__forecast_lookbacks') }}

),

standings as (

    select * from {{ ref('int_pipeline__forecast_standings') }}

),

closings as (

    select
        as_of_date,
        deal_key,
        pipeline,
        is_won,
        cast({{ dbt.date_trunc('month', 'closed_on') }} as date) as period_month
    from {{ ref('int_pipeline__forecast_states') }}
    where is_closed and is_forecast_date

),

outcomes as (

    select
        lookbacks.as_of_date,
        lookbacks.months_back,
        lookbacks.look_date,
        lookbacks.months_ahead,
        lookbacks.period_month,
        closings.deal_key,
        closings.pipeline,
        closings.is_won,
        standings.deal_key is not null as was_open,
        standings.stage,
        standings.days_in_stage_from,
        standings.is_overdue,
        standings.due_month
    from lookbacks
    inner join closings
        on lookbacks.as_of_date = closings.as_of_date
        and lookbacks.period_month = closings.period_month
    left join standings
        on lookbacks.look_date = standings.as_of_date
        and closings.deal_key = standings.deal_key
        and closings.pipeline = standings.pipeline

)

select * from outcomes
