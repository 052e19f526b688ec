with plan_changes as (

    select
        *,
        sum(growth_reporting) over (partition by customer_key, period_month) as all_growth_reporting
    from {{ ref('int_renewals__plan_changes') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

purchases as (

    select
        customer_key,
        product,
        ordered_at,
        amount_reporting,
        row_number() over (
            partition by customer_key, product
            order by ordered_at asc nulls last, order_id asc nulls last
        ) as purchase_no
    from {{ ref('canonical_orders') }}
    where is_purchase and product is not null

),

won_deals as (

    select
        *,
        row_number() over (
            partition by customer_key, product
            order by closed_at asc nulls last, deal_id asc nulls last
        ) as win_no
    from {{ ref('canonical_deals') }}
    where is_won

),

-- A month's expansion is shared by the plans that grew, by how much each did.
by_subscription as (

    select
        period_month,
        'subscription' as source,
        case when mrr_before_reporting <= 0 and keeps_every_plan then 'cross_sell' else 'upsell' end as kind,
        plan as product,
        customer_key,
        cast(
            cast(expansion_reporting as double) * cast(growth_reporting as double) / cast(all_growth_reporting as double)
            as decimal(24, 6)
        ) as amount_reporting
    from plan_changes
    where growth_reporting > 0

),

by_order as (

    select
        {{ reporting_month('purchases.ordered_at') }} as period_month,
        'order' as source,
        'cross_sell' as kind,
        purchases.product,
        purchases.customer_key,
        purchases.amount_reporting
    from purchases
    inner join customers
        on purchases.customer_key = customers.customer_key
        and purchases.ordered_at > customers.became_customer_at
    where purchases.purchase_no = 1

),

by_deal as (

    select
        {{ reporting_month('closed_at') }} as period_month,
        'deal' as source,
        case when customer_key is not null and product is not null and win_no = 1 then 'cross_sell' else 'upsell' end as kind,
        coalesce(product, 'unknown') as product,
        customer_key,
        amount_reporting
    from won_deals
    where deal_type = 'expansion'

),

expansions as (

    select * from by_subscription
    union all
    select * from by_order
    union all
    select * from by_deal

)

select * from expansions
