{%- set more = ['campaign', 'first_product'] -%}

with activity as (

    select * from {{ ref('int_cohorts__activity') }}

),

segment_names as (

    {{ customer_segment_names(more) }}

),

-- Customers of the same traits are summed before each sum is told once a dimension.
by_traits as (

    select
        cohort_type,
        cohort_month,
        period_month,
        segment,
        plan,
        acquisition_channel,
        country,
        campaign,
        first_product,
        count(case when is_active then 1 end) as active_customers,
        sum(revenue_reporting) as revenue_reporting,
        sum(kept_revenue_reporting) as kept_revenue_reporting
    from activity
    group by
        cohort_type, cohort_month, period_month, segment, plan, acquisition_channel, country, campaign, first_product

),

by_segment as (

    select
        by_traits.*,
        segment_names.segment_name,
        {{ customer_segment_value('by_traits', 'segment_names', more) }} as segment_value
    from by_traits
    cross join segment_names

),

period_activity as (

    select
        cohort_type,
        cohort_month,
        period_month,
        segment_name,
        segment_value,
        sum(active_customers) as active_customers,
        sum(revenue_reporting) as revenue_reporting,
        sum(kept_revenue_reporting) as kept_revenue_reporting
    from by_segment
    group by cohort_type, cohort_month, period_month, segment_name, segment_value

)

select * from period_activity
