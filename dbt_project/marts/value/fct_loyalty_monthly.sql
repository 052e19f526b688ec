with loyalty_months as (

    select * from {{ ref('int_value__loyalty_months') }}

),

accumulated as (

    select
        *,
        sum(new_buyers) over (
            partition by segment_name, segment_value order by period_month asc nulls last rows unbounded preceding
        ) as customers_so_far,
        sum(second_purchases) over (
            partition by segment_name, segment_value order by period_month asc nulls last rows unbounded preceding
        ) as repeat_customers
    from loyalty_months

),

loyalty_monthly as (

    select
        period_month,
        segment_name,
        segment_value,
        cast(new_buyers + returning_buyers as bigint) as buyers,
        cast(new_buyers as bigint) as new_buyers,
        cast(returning_buyers as bigint) as returning_buyers,
        cast(customers_so_far as bigint) as customers_so_far,
        cast(repeat_customers as bigint) as repeat_customers,
        cast(repeat_customers as double) / nullif(customers_so_far, 0) as repeat_rate,
        cast(revenue_reporting as decimal(24, 6)) as revenue_reporting,
        cast(returning_revenue_reporting as decimal(24, 6)) as returning_revenue_reporting,
        -- Where more was given back than paid, no part of it is a share.
        case when revenue_reporting > 0 then cast(returning_revenue_reporting as double) / cast(revenue_reporting as double) end
            as returning_revenue_share,
        median_days_between_purchases,
        is_complete
    from accumulated
    order by period_month, segment_name, segment_value

)

select * from loyalty_monthly
