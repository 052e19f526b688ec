with forecasts as (

    select * from {{ ref('int_pipeline__forecasts') }}

),

lookbacks as (

    select * from {{ ref('int_pipeline__forecast_lookbacks') }}

),

wins as (

    select
        as_of_date,
        pipeline,
        look_date,
        months_ahead,
        count(*) as won
    from {{ ref('int_pipeline__forecast_outcomes') }}
    where is_won and not was_open
    group by as_of_date, pipeline, look_date, months_ahead

),

new_business as (

    select
        forecasts.forecast_no,
        count(lookbacks.look_date) as months,
        count(case when lookbacks.months_back <= forecasts.months_ahead + 3 then lookbacks.look_date end) as latest_months,
        coalesce(sum(wins.won), 0) as won,
        coalesce(sum(case when lookbacks.months_back <= forecasts.months_ahead + 3 then wins.won end), 0) as won_in_latest_months
    from forecasts
    left join lookbacks
        on forecasts.as_of_date = lookbacks.as_of_date
        and forecasts.months_ahead = lookbacks.months_ahead
        and forecasts.known_since <= cast(lookbacks.look_date as {{ dbt.type_timestamp() }})
    left join wins
        on lookbacks.as_of_date = wins.as_of_date
        and lookbacks.look_date = wins.look_date
        and lookbacks.months_ahead = wins.months_ahead
        and forecasts.pipeline = wins.pipeline
    group by forecasts.forecast_no

)

select * from new_business
