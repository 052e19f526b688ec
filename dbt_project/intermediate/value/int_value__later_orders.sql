with order_predictions as (

    select * from {{ ref('int_value__order_predictions') }}
    where fit_no = 1

),

fits as (

    select * from {{ ref('int_value__fits') }}
    where learnt_from = 'orders' and fit_no = 1

),

purchases as (

    select
        purchase_days.customer_key,
        count(case when purchase_days.purchase_day > fits.last_day then 1 end) as later_purchases,
        sum(case when purchase_days.purchase_day > fits.last_day then purchase_days.value_reporting end) as later_value,
        count(case when purchase_days.purchase_day <= fits.last_day then 1 end) as earlier_purchases,
        sum(case when purchase_days.purchase_day <= fits.last_day then purchase_days.value_reporting end) as earlier_value
    from {{ ref('canonical_purchase_days') }} as purchase_days
    cross join fits
    group by purchase_days.customer_key

),

-- Naive is who thinks that everybody goes on as before. Who has bought but today has no rate yet.
later_orders as (

    select
        order_predictions.customer_key,
        order_predictions.repeat_purchases,
        order_predictions.expected_orders as predicted_purchases,
        purchases.later_purchases as purchases,
        coalesce(
            cast(order_predictions.repeat_purchases as double) / nullif(order_predictions.age_days, 0)
                * order_predictions.horizon_days,
            0
        ) as naive_purchases,
        order_predictions.expected_order_value as predicted_value,
        cast(purchases.later_value as double) / nullif(purchases.later_purchases, 0) as mean_value,
        cast(purchases.earlier_value as double) / purchases.earlier_purchases as naive_value
    from order_predictions
    inner join purchases
        on order_predictions.customer_key = purchases.customer_key

)

select * from later_orders
