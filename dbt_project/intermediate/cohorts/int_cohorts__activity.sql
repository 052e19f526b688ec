with members as (

    select * from {{ ref('int_cohorts__members') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

months_of_orders as (

    select
        'orders' as cohort_type,
        customer_key,
        {{ reporting_month('ordered_at') }} as period_month,
        amount_reporting as revenue_reporting
    from orders

),

active_months as (

    select
        cohort_type,
        customer_key,
        period_month,
        sum(revenue_reporting) as revenue_reporting
    from months_of_orders
    group by cohort_type, customer_key, period_month
    union all
    select
        'subscriptions' as cohort_type,
        customer_key,
        period_month,
        mrr_reporting as revenue_reporting
    from mrr_monthly

),

with_first_month as (

    select
        members.cohort_type,
        members.customer_key,
        members.cohort_month,
        members.segment,
        active_months.period_month,
        active_months.revenue_reporting,
        max(case when active_months.period_month = members.cohort_month then active_months.revenue_reporting end)
            over (partition by members.cohort_type, members.customer_key) as first_month_revenue_reporting
    from active_months
    inner join members
        on active_months.cohort_type = members.cohort_type
        and active_months.customer_key = members.customer_key

),

activity as (

    select
        cohort_type,
        customer_key,
        cohort_month,
        segment,
        period_month,
        cast(revenue_reporting as decimal(24, 6)) as revenue_reporting,
        cast(least(revenue_reporting, coalesce(first_month_revenue_reporting, 0)) as decimal(24, 6))
            as kept_revenue_reporting
    from with_first_month

)

select * from activity
