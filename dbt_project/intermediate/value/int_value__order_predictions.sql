with histories as (

    select * from {{ ref('int_value__histories') }}

),

purchase_counts as (

    select * from {{ ref('int_value__purchase_counts') }}

),

purchase_predictions as (

    select * from {{ ref('stg_estimates__purchase_predictions') }}

),

spend_numbers as (

    select
        spend_numbers.*,
        spend_means.checksum
    from {{ ref('int_value__spend_numbers') }} as spend_numbers
    inner join {{ ref('int_value__spend_means') }} as spend_means
        on spend_numbers.row_no = spend_means.row_no

),

spend_predictions as (

    select * from {{ ref('stg_estimates__spend_predictions') }}

),

-- Numbers are those of one build: predictions of other rows aren't these customers'.
order_predictions as (

    select
        histories.fit_no,
        histories.customer_key,
        histories.repeat_purchases,
        histories.age_days,
        histories.horizon_days,
        purchase_predictions.probability_alive,
        purchase_predictions.expected_orders,
        spend_predictions.expected_value as expected_order_value
    from histories
    inner join purchase_counts
        on histories.fit_no = purchase_counts.fit_no
        and histories.repeat_purchases = purchase_counts.x
        and histories.recency_days = purchase_counts.recency_days
        and histories.age_days = purchase_counts.age_days
    left join purchase_predictions
        on purchase_counts.row_no = purchase_predictions.row_no
        and purchase_counts.checksum = purchase_predictions.checksum
    inner join spend_numbers
        on histories.fit_no = spend_numbers.fit_no
        and histories.customer_key = spend_numbers.customer_key
    left join spend_predictions
        on spend_numbers.row_no = spend_predictions.row_no
        and spend_numbers.checksum = spend_predictions.checksum

)

select * from order_predictions
