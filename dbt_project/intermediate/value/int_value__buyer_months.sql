with orders as (

    select
        customer_key,
        {{ reporting_month('ordered_at') }} as period_month,
        amount_reporting
    from {{ ref('canonical_orders') }}
    where customer_key is not null

),

purchase_days as (

    select
        customer_key,
        cast({{ dbt.date_trunc('month', 'purchase_day') }} as date) as period_month,
        purchase_no
    from {{ ref('canonical_purchase_days') }}

),

revenue as (

    select
        customer_key,
        period_month,
        sum(amount_reporting) as revenue_reporting
    from orders
    group by customer_key, period_month

),

purchases as (

    select
        customer_key,
        period_month,
        min(purchase_no) as first_purchase_no,
        max(case when purchase_no = 2 then 1 else 0 end) as second_purchases
    from purchase_days
    group by customer_key, period_month

),

with_first_month as (

    select
        revenue.customer_key,
        revenue.period_month,
        revenue.revenue_reporting,
        purchases.first_purchase_no,
        purchases.second_purchases,
        min(purchases.period_month) over (partition by revenue.customer_key) as first_month
    from revenue
    left join purchases
        on revenue.customer_key = purchases.customer_key
        and revenue.period_month = purchases.period_month

),

-- A month of refunds alone has revenue and no buyer.
buyer_months as (

    select
        customer_key,
        period_month,
        case when first_purchase_no = 1 then 1 else 0 end as new_buyers,
        case when first_purchase_no > 1 then 1 else 0 end as returning_buyers,
        coalesce(second_purchases, 0) as second_purchases,
        revenue_reporting,
        case when first_month < period_month then revenue_reporting else 0 end as returning_revenue_reporting
    from with_first_month

)

select * from buyer_months
