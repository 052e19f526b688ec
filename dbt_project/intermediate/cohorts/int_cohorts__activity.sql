{{ config(materialized='view') }}

with members as (

    select * from {{ ref('int_cohorts__members') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

deal_months as (

    select * from {{ ref('int_cohorts__deal_months') }}

),

months_of_orders as (

    select
        customer_key,
        {{ reporting_month('ordered_at') }} as period_month,
        amount_reporting
    from orders

),

customer_months as (

    select
        'orders' as cohort_type,
        customer_key,
        period_month,
        true as is_active,
        sum(amount_reporting) as revenue_reporting
    from months_of_orders
    group by customer_key, period_month
    union all
    select 'subscriptions' as cohort_type, customer_key, period_month, true as is_active, mrr_reporting as revenue_reporting
    from mrr_monthly
    union all
    select 'deals' as cohort_type, customer_key, period_month, is_active, revenue_reporting
    from deal_months

),

first_months as (

    select
        members.*,
        coalesce(customer_months.revenue_reporting, 0) as first_month_revenue_reporting
    from members
    left join customer_months
        on members.cohort_type = customer_months.cohort_type
        and members.customer_key = customer_months.customer_key
        and members.cohort_month = customer_months.period_month

),

activity as (

    select
        first_months.cohort_type,
        first_months.customer_key,
        first_months.cohort_month,
        first_months.segment,
        first_months.plan,
        first_months.acquisition_channel,
        first_months.country,
        first_months.campaign,
        first_months.first_product,
        customer_months.period_month,
        customer_months.is_active,
        cast(customer_months.revenue_reporting as decimal(24, 6)) as revenue_reporting,
        cast(least(customer_months.revenue_reporting, first_months.first_month_revenue_reporting) as decimal(24, 6))
            as kept_revenue_reporting
    from customer_months
    inner join first_months
        on customer_months.cohort_type = first_months.cohort_type
        and customer_months.customer_key = first_months.customer_key

)

select * from activity
