with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

months as (

    select distinct
        dates.month_start as period_month,
        as_of.as_of,
        cast({{ dbt.dateadd('month', 1, 'dates.month_start') }} as date) <= {{ reporting_day('as_of.as_of', is_moment=true) }} as is_complete
    from dates
    cross join as_of
    -- A month that begins at as_of has no moment before it.
    where dates.month_start <= {{ reporting_day("as_of.as_of - interval '1 microsecond'") }}

)

select * from months
