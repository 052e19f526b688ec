with purchase_days as (

    select * from {{ ref('canonical_purchase_days') }}

),

fits as (

    select * from {{ ref('int_value__fits') }}
    where learnt_from = 'orders'

),

seen as (

    select
        fits.fit_no,
        fits.last_day,
        fits.horizon_days,
        purchase_days.customer_key,
        min(purchase_days.purchase_day) as first_day,
        max(purchase_days.purchase_day) as latest_day,
        cast(count(*) - 1 as bigint) as repeat_purchases,
        sum(case when purchase_days.purchase_no > 1 then purchase_days.value_reporting end) as repeat_value
    from purchase_days
    inner join fits
        on purchase_days.purchase_day <= fits.last_day
    group by fits.fit_no, fits.last_day, fits.horizon_days, purchase_days.customer_key

),

histories as (

    select
        fit_no,
        customer_key,
        repeat_purchases,
        cast({{ dbt.datediff('first_day', 'latest_day', 'day') }} as bigint) as recency_days,
        cast({{ dbt.datediff('first_day', 'last_day', 'day') }} as bigint) as age_days,
        horizon_days,
        cast(repeat_value as double) / nullif(repeat_purchases, 0) as mean_value
    from seen

)

select * from histories
