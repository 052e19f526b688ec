with customer_months as (

    select * from {{ ref('int_churn__customer_months') }}

),

running_periods as (

    select * from {{ ref('int_churn__running_periods') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

plans_by_size as (

    select
        customer_key,
        period_month,
        plan,
        row_number() over (
            partition by customer_key, period_month
            order by mrr * rate_to_reporting desc nulls last, subscription_id asc nulls last, plan asc nulls last
        ) as size_rank
    from running_periods

),

mrr_monthly as (

    select
        customer_months.customer_key,
        customers.customer_id,
        customer_months.period_month,
        customer_months.mrr_after_reporting as mrr_reporting,
        plans_by_size.plan,
        coalesce(customers.segment, 'unknown') as segment
    from customer_months
    inner join plans_by_size
        on customer_months.customer_key = plans_by_size.customer_key
        and customer_months.period_month = plans_by_size.period_month
        and plans_by_size.size_rank = 1
    left join customers
        on customer_months.customer_key = customers.customer_key
    where customer_months.mrr_after_reporting > 0
    order by customer_months.period_month, customer_months.customer_key

)

select * from mrr_monthly
