with customers as (

    select * from {{ ref('dim_customers') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

order_totals as (

    select * from {{ ref('int_value__order_totals') }}

),

order_predictions as (

    select * from {{ ref('int_value__order_predictions') }}
    where fit_no = 0

),

contract_predictions as (

    select * from {{ ref('int_value__contract_predictions') }}

),

recurring as (

    select
        customer_key,
        sum(mrr_reporting) as revenue_reporting,
        sum(case when period_month = {{ reporting_month("as_of.as_of - interval '1 microsecond'") }} then mrr_reporting end)
            as mrr_reporting
    from {{ ref('fct_mrr_monthly') }}
    cross join as_of
    group by customer_key

),

refusals as (

    select
        min(case when model in ('bg_nbd', 'gamma_gamma') then refusal end) as of_orders,
        min(case when model = 'sbg' then refusal end) as of_contracts
    from {{ ref('int_value__model_parameters') }}
    where fit_no = 0

),

customer_value as (

    select
        customers.customer_key,
        customers.customer_id,
        order_totals.first_order_at,
        cast(coalesce(order_totals.orders, 0) as bigint) as orders,
        cast(greatest(coalesce(order_totals.orders, 0) - 1, 0) as bigint) as repeat_orders,
        cast(greatest(coalesce(order_totals.purchase_days, 0) - 1, 0) as bigint) as repeat_purchase_days,
        cast(coalesce(order_totals.revenue_reporting, 0) as decimal(24, 6)) as revenue_reporting,
        cast(order_totals.revenue_reporting as double) / nullif(order_totals.orders, 0) as average_order_value,
        cast({{ dbt.datediff(reporting_day('order_totals.last_order_at'), 'as_of.as_of_date', 'day') }} as bigint) as recency_days,
        cast({{ dbt.datediff(reporting_day('order_totals.first_order_at'), 'as_of.as_of_date', 'day') }} as bigint) as tenure_days,
        order_predictions.probability_alive,
        order_predictions.expected_orders as expected_orders_12m,
        order_predictions.expected_order_value,
        order_predictions.expected_orders * order_predictions.expected_order_value * cast({{ var('gross_margin') }} as double)
            as predicted_ltv_12m,
        cast(
            (coalesce(order_totals.revenue_reporting, 0) + coalesce(recurring.revenue_reporting, 0)) * {{ var('gross_margin') }}
            as decimal(24, 6)
        ) as historic_value_reporting,
        cast(coalesce(recurring.mrr_reporting, 0) as decimal(24, 6)) as mrr_reporting,
        contract_predictions.residual_months,
        case
            when recurring.mrr_reporting > 0
                then contract_predictions.residual_months * cast(recurring.mrr_reporting as double)
                    * cast({{ var('gross_margin') }} as double)
        end as residual_ltv_reporting,
        case when order_totals.purchase_days > 0 then refusals.of_orders end as order_refusal,
        case when recurring.mrr_reporting > 0 then refusals.of_contracts end as contract_refusal
    from customers
    cross join as_of
    cross join refusals
    left join order_totals
        on customers.customer_key = order_totals.customer_key
    left join order_predictions
        on customers.customer_key = order_predictions.customer_key
    left join contract_predictions
        on customers.customer_key = contract_predictions.customer_key
    left join recurring
        on customers.customer_key = recurring.customer_key

)

select * from customer_value
