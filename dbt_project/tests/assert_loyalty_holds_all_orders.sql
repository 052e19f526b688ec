-- Fails if in any dimension and month revenue isn't that of the month's orders, the customers so far aren't all who ever bought by then, or
-- those who bought again aren't all who bought on two days.
with loyalty as (

    select * from {{ ref('fct_loyalty_monthly') }}

),

orders as (

    select
        customer_key,
        {{ reporting_day('ordered_at') }} as ordered_day,
        {{ reporting_month('ordered_at') }} as period_month,
        amount_reporting,
        is_purchase
    from {{ ref('canonical_orders') }}
    where customer_key is not null

),

days as (

    select
        customer_key,
        period_month,
        row_number() over (partition by customer_key order by ordered_day asc nulls last) as day_no
    from orders
    where is_purchase
    group by customer_key, period_month, ordered_day

),

happened as (

    select period_month, amount_reporting as revenue, 0 as first_days, 0 as second_days
    from orders
    union all
    select
        period_month,
        0 as revenue,
        case when day_no = 1 then 1 else 0 end as first_days,
        case when day_no = 2 then 1 else 0 end as second_days
    from days

),

by_month as (

    select
        period_month,
        sum(revenue) as revenue,
        sum(sum(first_days)) over (order by period_month asc nulls last) as customers_so_far,
        sum(sum(second_days)) over (order by period_month asc nulls last) as repeat_customers
    from happened
    group by period_month

),

told as (

    select
        period_month,
        segment_name,
        sum(revenue_reporting) as revenue,
        sum(customers_so_far) as customers_so_far,
        sum(repeat_customers) as repeat_customers
    from loyalty
    group by period_month, segment_name

),

segment_names as (

    {{ customer_segment_names() }}

)

select
    by_month.period_month,
    segment_names.segment_name
from by_month
cross join segment_names
cross join {{ ref('canonical_as_of') }} as as_of
left join told
    on by_month.period_month = told.period_month
    and segment_names.segment_name = told.segment_name
where
    by_month.period_month <= {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}
    and (
        told.revenue is null
        or told.revenue != by_month.revenue
        or told.customers_so_far != by_month.customers_so_far
        or told.repeat_customers != by_month.repeat_customers
    )
