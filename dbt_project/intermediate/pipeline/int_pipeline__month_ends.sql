with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

month_ends as (

    select
        dates.month_start as period_month,
        max(dates.date_day) as last_day,
        max(dates.date_day) < max(as_of.as_of_date) as is_complete,
        least(max(dates.date_day), max(as_of.as_of_date)) as rate_date
    from dates
    cross join as_of
    where dates.month_start < as_of.as_of_date
    group by dates.month_start

)

select * from month_ends
