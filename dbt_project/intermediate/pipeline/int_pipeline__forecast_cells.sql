with dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

),

lookbacks as (

    select * from {{ ref('int_pipeline__forecast_lookbacks') }}

),

outcomes as (

    select * from {{ ref('int_pipeline__forecast_outcomes') }}
    where was_open

),

standing_counts as (

    select
        as_of_date,
        stage,
        days_in_stage_from,
        is_overdue,
        due_month,
        count(*) as deals
    from {{ ref('int_pipeline__forecast_standings') }}
    group by as_of_date, stage, days_in_stage_from, is_overdue, due_month

),

-- Deals open on the forecast's own date are in with none seen, so that each finds its row.
counts as (

    select
        lookbacks.as_of_date, lookbacks.months_ahead, lookbacks.period_month, standings.stage, standings.days_in_stage_from,
        standings.is_overdue, standings.due_month, standings.deals as seen, 0 as closed, 0 as won
    from lookbacks
    inner join standing_counts as standings
        on lookbacks.look_date = standings.as_of_date
    union all
    select
        as_of_date, months_ahead, period_month, stage, days_in_stage_from,
        is_overdue, due_month, 0 as seen, 1 as closed, case when is_won then 1 else 0 end as won
    from outcomes
    {%- for months_ahead in range(3) %}
    union all
    select
        dates.as_of_date, {{ months_ahead }} as months_ahead,
        cast({{ dbt.dateadd('month', months_ahead, 'dates.first_period_month') }} as date) as period_month,
        standings.stage, standings.days_in_stage_from, standings.is_overdue, standings.due_month,
        0 as seen, 0 as closed, 0 as won
    from dates
    inner join standing_counts as standings
        on dates.as_of_date = standings.as_of_date
    {%- endfor %}

),

cells as (

    select
        as_of_date,
        months_ahead,
        {{ forecast_due('due_month', 'is_overdue', 'period_month') }} as due,
        days_in_stage_from,
        stage,
        sum(seen) as seen,
        sum(closed) as closed,
        sum(won) as won
    from counts
    group by 1, 2, 3, 4, 5

),

with_wholes as (

    select
        dense_rank() over (order by due, days_in_stage_from, stage) as cell_no,
        *,
        {%- for measure in ['seen', 'closed', 'won'] %}
        sum({{ measure }}) over (partition by as_of_date, months_ahead) as {{ measure }}_of_all,
        sum({{ measure }}) over (partition by as_of_date, months_ahead, due) as {{ measure }}_of_due,
        sum({{ measure }}) over (partition by as_of_date, months_ahead, due, days_in_stage_from) as {{ measure }}_of_stay
        {{- ',' if not loop.last }}
        {%- endfor %}
    from cells

)

select * from with_wholes
