with churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}
    where definition = 'revenue'

),

retained_revenue as (

    select * from {{ ref('int_churn__retained_revenue') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

retention as (

    select
        churn_monthly.period_month,
        churn_monthly.segment_name,
        churn_monthly.segment_value,
        churn_monthly.closing as mrr_reporting,
        coalesce(retained_revenue.customers, 0) as customers,
        coalesce(retained_revenue.customers_12m_ago, 0) as customers_12m_ago,
        coalesce(retained_revenue.mrr_12m_ago_reporting, 0) as mrr_12m_ago_reporting,
        retained_revenue.kept_reporting,
        retained_revenue.kept_without_growth_reporting,
        churn_monthly.gained + churn_monthly.returned + churn_monthly.expansion as grown_reporting,
        churn_monthly.contraction + churn_monthly.lost as shrunk_reporting,
        cast({{ dbt.dateadd('month', 1, 'churn_monthly.period_month') }} as date)
            <= {{ reporting_day('as_of.as_of', is_moment=true) }} as is_complete
    from churn_monthly
    cross join as_of
    left join retained_revenue
        on churn_monthly.period_month = retained_revenue.period_month
        and churn_monthly.segment_name = retained_revenue.segment_name
        and churn_monthly.segment_value = retained_revenue.segment_value

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
