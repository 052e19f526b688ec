with lookbacks as (

    select * from {{ ref('int_pipeline__forecast_lookbacks') }}

),

seen as (

    select
        as_of_date,
        count(*) as seen
    from {{ ref('int_pipeline__forecast_standings') }}
    group by as_of_date

),

wins as (

    select
        as_of_date,
        look_date,
        months_ahead,
        count(case when was_open then 1 end) as won,
        count(case when not was_open then 1 end) as new_won
    from {{ ref('int_pipeline__forecast_outcomes') }}
    where is_won
    group by as_of_date, look_date, months_ahead

),

earlier_months as (

    select
        lookbacks.as_of_date,
        lookbacks.look_date,
        lookbacks.months_ahead,
        seen.seen,
        coalesce(wins.won, 0) as won,
        coalesce(wins.new_won, 0) as new_won
    from lookbacks
    inner join seen
        on lookbacks.look_date = seen.as_of_date
    left join wins
        on lookbacks.as_of_date = wins.as_of_date
        and lookbacks.look_date = wins.look_date
        and lookbacks.months_ahead = wins.months_ahead

)

select * from earlier_months
