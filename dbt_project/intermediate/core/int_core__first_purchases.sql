with purchases as (

    select
        customer_key, ordered_at as bought_at, order_id as purchase_id, product, cast(null as {{ dbt.type_string() }}) as plan
    from {{ ref('canonical_orders') }}
    union all
    select customer_key, closed_at as bought_at, deal_id as purchase_id, product, null as plan
    from {{ ref('canonical_deals') }}
    where is_won
    union all
    select customer_key, started_at as bought_at, subscription_id as purchase_id, null as product, plan
    from {{ ref('canonical_subscription_periods') }}
    where mrr > 0

),

numbered as (

    select
        customer_key,
        product,
        plan,
        row_number() over (
            partition by customer_key, product is null
            order by bought_at asc nulls last, purchase_id asc nulls last
        ) as product_no,
        row_number() over (
            partition by customer_key, plan is null
            order by bought_at asc nulls last, purchase_id asc nulls last
        ) as plan_no
    from purchases
    where customer_key is not null

),

first_purchases as (

    select
        customer_key,
        max(case when product_no = 1 then product end) as first_product,
        max(case when plan_no = 1 then plan end) as first_plan
    from numbered
    group by customer_key

)

select * from first_purchases
