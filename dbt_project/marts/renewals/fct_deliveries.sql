with deliveries as (

    select * from {{ ref('int_renewals__deliveries') }}

),

typical_deliveries as (

    select * from {{ ref('int_renewals__typical_deliveries') }}

),

-- Deals that were delivered before they were won have no days: of the two moments one is wrong.
in_order as (

    select
        deliveries.*,
        typical_deliveries.typical_days,
        count(deliveries.days) over (partition by deliveries.period_month, deliveries.product) as deals_with_days,
        row_number() over (
            partition by deliveries.period_month, deliveries.product
            order by
                case when deliveries.is_delivered then 0 else 1 end,
                deliveries.days asc nulls last
        ) as delivery_no
    from deliveries
    left join typical_deliveries
        on deliveries.product = typical_deliveries.product

),

by_month as (

    select
        period_month,
        product,
        count(*) as won,
        count(case when is_delivered then 1 end) as delivered,
        count(case when not is_delivered then 1 end) as waiting,
        case
            when max(typical_days) is not null then count(case when not is_delivered and days > typical_days then 1 end)
        end as overdue,
        min(case when is_delivered and 2 * delivery_no >= deals_with_days then days end) as median_days_to_delivery,
        max(typical_days) as typical_days
    from in_order
    group by period_month, product
    order by period_month, product

)

select * from by_month
