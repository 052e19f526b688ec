with buyer_months as (

    select * from {{ ref('int_value__buyer_months') }}

),

purchase_days as (

    select
        customer_key,
        cast({{ dbt.date_trunc('month', 'purchase_day') }} as date) as period_month,
        days_since_previous
    from {{ ref('canonical_purchase_days') }}

),

customer_traits as (

    select * from {{ ref('int_core__customer_traits') }}

),

gaps as (

    select
        purchase_days.period_month,
        customer_traits.segment_name,
        customer_traits.segment_value,
        {{ median('purchase_days.days_since_previous') }} as median_days_between_purchases
    from purchase_days
    inner join customer_traits
        on purchase_days.customer_key = customer_traits.customer_key
    group by purchase_days.period_month, customer_traits.segment_name, customer_traits.segment_value

),

sums as (

    select
        buyer_months.period_month,
        customer_traits.segment_name,
        customer_traits.segment_value,
        sum(buyer_months.new_buyers) as new_buyers,
        sum(buyer_months.returning_buyers) as returning_buyers,
        sum(buyer_months.second_purchases) as second_purchases,
        sum(buyer_months.revenue_reporting) as revenue_reporting,
        sum(buyer_months.returning_revenue_reporting) as returning_revenue_reporting
    from buyer_months
    inner join customer_traits
        on buyer_months.customer_key = customer_traits.customer_key
    group by buyer_months.period_month, customer_traits.segment_name, customer_traits.segment_value

),

loyalty_sums as (

    select
        sums.*,
        gaps.median_days_between_purchases
    from sums
    left join gaps
        on sums.period_month = gaps.period_month
        and sums.segment_name = gaps.segment_name
        and sums.segment_value = gaps.segment_value

)

select * from loyalty_sums
