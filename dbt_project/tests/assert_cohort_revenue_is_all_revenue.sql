-- Fails if the revenue of a month's cohorts isn't that month's orders, its recurring revenue, or its won deals, in any dimension.
-- What happened at as_of counts, unless its month begins then.
with retention as (

    select * from {{ ref('fct_cohort_retention') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

segment_names as (

    {{ customer_segment_names(['campaign', 'first_product']) }}

),

revenue as (

    select
        'orders' as cohort_type,
        {{ reporting_month('ordered_at') }} as period_month,
        amount_reporting
    from {{ ref('canonical_orders') }}
    cross join as_of
    where {{ reporting_month('ordered_at') }} <= {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}
    union all
    select
        'subscriptions' as cohort_type,
        period_month,
        mrr_reporting as amount_reporting
    from {{ ref('fct_mrr_monthly') }}
    union all
    select
        'deals' as cohort_type,
        {{ reporting_month('closed_at') }} as period_month,
        coalesce(amount_reporting, 0) as amount_reporting
    from {{ ref('canonical_deals') }}
    cross join as_of
    where
        is_won and customer_key is not null
        and {{ reporting_month('closed_at') }} <= {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}

),

both_sides as (

    select
        cohort_type,
        cast({{ dbt.dateadd('month', 'period_no', 'cohort_month') }} as date) as period_month,
        segment_name,
        revenue_reporting as in_cohorts,
        0 as revenue
    from retention
    union all
    select
        revenue.cohort_type,
        revenue.period_month,
        segment_names.segment_name,
        0 as in_cohorts,
        revenue.amount_reporting as revenue
    from revenue
    cross join segment_names

),

broken as (

    select
        cohort_type,
        period_month,
        segment_name,
        sum(in_cohorts) as in_cohorts,
        sum(revenue) as revenue
    from both_sides
    group by cohort_type, period_month, segment_name
    having sum(in_cohorts) != sum(revenue)

)

select * from broken
