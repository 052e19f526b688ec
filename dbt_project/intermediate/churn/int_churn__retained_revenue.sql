with mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

customer_traits as (

    select * from {{ ref('int_core__customer_traits') }}

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

retained_revenue as (

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

)

select * from retained_revenue
