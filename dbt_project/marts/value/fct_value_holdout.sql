with order_predictions as (

    select * from {{ ref('int_value__order_predictions') }}
    where fit_no = 1

),

fits as (

    select * from {{ ref('int_value__fits') }}
    where fit_no = 1

),

later_purchases as (

    select
        purchase_days.customer_key,
        count(*) as purchases
    from {{ ref('int_value__purchase_days') }} as purchase_days
    inner join fits
        on purchase_days.purchase_day > fits.last_day
    group by purchase_days.customer_key

),

refusals as (

    select min(refusal) as refusal
    from {{ ref('int_value__model_parameters') }}
    where fit_no = 1 and model = 'bg_nbd'

),

validated as (

    select
        least(order_predictions.repeat_purchases, 7) as group_no,
        cast(order_predictions.expected_orders as decimal(24, 9)) as predicted,
        coalesce(later_purchases.purchases, 0) as actual,
        cast(
            coalesce(
                cast(order_predictions.repeat_purchases as double) / nullif(order_predictions.age_days, 0)
                    * order_predictions.horizon_days,
                0
            ) as decimal(24, 9)
        ) as naive
    from order_predictions
    left join later_purchases
        on order_predictions.customer_key = later_purchases.customer_key

),

grouped as (

    select
        case group_no when 7 then '7+' else cast(group_no as {{ dbt.type_string() }}) end as repeat_purchases,
        predicted,
        actual,
        naive
    from validated
    union all
    select
        'all' as repeat_purchases,
        predicted,
        actual,
        naive
    from validated

),

holdout as (

    select
        'bg_nbd' as model,
        grouped.repeat_purchases,
        fits.last_day as calibrated_until,
        cast(fits.horizon_days as bigint) as validation_days,
        cast(count(*) as bigint) as customers,
        cast(sum(grouped.predicted) as double) as predicted_orders,
        cast(sum(grouped.actual) as bigint) as actual_orders,
        cast(sum(grouped.predicted) - sum(grouped.actual) as double) as error_orders,
        cast(sum(grouped.naive) as double) as naive_orders,
        refusals.refusal
    from grouped
    cross join fits
    cross join refusals
    group by grouped.repeat_purchases, fits.last_day, fits.horizon_days, refusals.refusal

)

select * from holdout
