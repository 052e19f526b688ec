with mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}
    where definition = 'revenue'

),

customer_traits as (

    select * from {{ ref('int_core__customer_traits') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

paying as (

    select
        customer_key,
        period_month,
        1 as customers,
        mrr_reporting,
        0 as customers_12m_ago,
        0 as mrr_12m_ago_reporting
    from mrr_monthly

),

-- What a customer paid in a month is held against what it pays twelve months on, nothing where it has gone.
paid_a_year_ago as (

    select
        customer_key,
        cast({{ dbt.dateadd('month', 12, 'period_month') }} as date) as period_month,
        0 as customers,
        0 as mrr_reporting,
        1 as customers_12m_ago,
        mrr_reporting as mrr_12m_ago_reporting
    from mrr_monthly

),

both_ends as (

    select * from paying
    union all
    select * from paid_a_year_ago

),

customer_months as (

    select
        customer_key,
        period_month,
        sum(customers) as customers,
        sum(mrr_reporting) as mrr_reporting,
        sum(customers_12m_ago) as customers_12m_ago,
        sum(mrr_12m_ago_reporting) as mrr_12m_ago_reporting
    from both_ends
    group by customer_key, period_month

),

by_segment as (

    select
        customer_months.period_month,
        customer_traits.segment_name,
        customer_traits.segment_value,
        sum(customer_months.customers) as customers,
        sum(customer_months.customers_12m_ago) as customers_12m_ago,
        sum(customer_months.mrr_12m_ago_reporting) as mrr_12m_ago_reporting,
        sum(case when customer_months.customers_12m_ago = 1 then customer_months.mrr_reporting else 0 end) as kept_reporting,
        sum(least(customer_months.mrr_reporting, customer_months.mrr_12m_ago_reporting)) as kept_without_growth_reporting
    from customer_months
    inner join customer_traits
        on customer_months.customer_key = customer_traits.customer_key
    group by customer_months.period_month, customer_traits.segment_name, customer_traits.segment_value

),

retention as (

    select
        churn_monthly.period_month,
        churn_monthly.segment_name,
        churn_monthly.segment_value,
        churn_monthly.closing as mrr_reporting,
        coalesce(by_segment.customers, 0) as customers,
        coalesce(by_segment.customers_12m_ago, 0) as customers_12m_ago,
        coalesce(by_segment.mrr_12m_ago_reporting, 0) as mrr_12m_ago_reporting,
        by_segment.kept_reporting,
        by_segment.kept_without_growth_reporting,
        churn_monthly.gained + churn_monthly.returned + churn_monthly.expansion as grown_reporting,
        churn_monthly.contraction + churn_monthly.lost as shrunk_reporting,
        cast({{ dbt.dateadd('month', 1, 'churn_monthly.period_month') }} as date)
            <= {{ reporting_day('as_of.as_of', is_moment=true) }} as is_complete
    from churn_monthly
    cross join as_of
    left join by_segment
        on churn_monthly.period_month = by_segment.period_month
        and churn_monthly.segment_name = by_segment.segment_name
        and churn_monthly.segment_value = by_segment.segment_value

),

revenue_retention_monthly as (

    select
        period_month,
        segment_name,
        segment_value,
        mrr_reporting,
        cast(customers as bigint) as customers,
        cast(customers_12m_ago as bigint) as customers_12m_ago,
        cast(mrr_12m_ago_reporting as decimal(24, 6)) as mrr_12m_ago_reporting,
        cast(kept_reporting as double) / nullif(cast(mrr_12m_ago_reporting as double), 0) as net_revenue_retention_12m,
        cast(kept_without_growth_reporting as double) / nullif(cast(mrr_12m_ago_reporting as double), 0)
            as gross_revenue_retention_12m,
        cast(grown_reporting as double) / nullif(cast(shrunk_reporting as double), 0) as quick_ratio,
        cast(mrr_reporting as double) / nullif(customers, 0) as average_revenue_per_customer,
        is_complete
    from retention
    order by period_month, segment_name, segment_value

)

select * from revenue_retention_monthly
