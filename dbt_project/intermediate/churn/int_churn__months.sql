with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

subscription_periods as (

    select * from {{ ref('canonical_subscription_periods') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

firsts as (

    select {{ reporting_month('started_at') }} as period_month
    from subscription_periods
    where mrr != 0
    union all
    select {{ reporting_month('ordered_at') }} as period_month
    from orders

),

first_customer as (

    select min(period_month) as first_month
    from firsts

),

calendar_months as (

    select distinct
        month_start as period_month,
        cast({{ dbt.dateadd('month', 1, 'month_start') }} as date) as next_month
    from dates

),

listed_months as (

    select
        calendar_months.period_month,
        calendar_months.next_month,
        case
            when calendar_months.next_month <= {{ reporting_day('as_of.as_of', is_moment=true) }}
                then cast({{ dbt.dateadd('day', -1, 'calendar_months.next_month') }} as date)
            else {{ reporting_day('as_of.as_of', is_moment=true) }}
        end as rate_date,
        as_of.as_of
    from calendar_months
    cross join as_of
    inner join first_customer
        on calendar_months.period_month >= first_customer.first_month
    -- A month that begins at as_of has no moment before it.
    where calendar_months.period_month <= {{ reporting_day("as_of.as_of - interval '1 microsecond'", is_moment=true) }}

),

months as (

    select
        *,
        lead(rate_date) over (order by period_month asc nulls last) as next_rate_date
    from listed_months

)

select * from months
