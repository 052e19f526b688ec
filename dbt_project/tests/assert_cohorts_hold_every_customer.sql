-- Fails if the cohorts of a type don't hold each customer once who ordered, or began to pay, up to as_of, months
-- that begin at as_of left out.
with retention as (

    select * from {{ ref('fct_cohort_retention') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

customers as (

    select
        'orders' as cohort_type,
        customer_key
    from {{ ref('canonical_orders') }}
    cross join as_of
    where {{ reporting_month('ordered_at') }} <= {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}
    union
    select
        'subscriptions' as cohort_type,
        customer_key
    from {{ ref('canonical_subscription_periods') }}
    cross join as_of
    where {{ reporting_month('started_at') }} <= {{ reporting_month("as_of.as_of - interval '1 microsecond'") }} and mrr > 0

),

both_sides as (

    select
        cohort_type,
        segment_name,
        cohort_size as in_cohorts,
        0 as customers
    from retention
    where period_no = 0
    union all
    select
        customers.cohort_type,
        segment_names.segment_name,
        0 as in_cohorts,
        1 as customers
    from customers
    cross join (
        select 'all' as segment_name
        union all
        select 'segment' as segment_name
    ) as segment_names

),

broken as (

    select
        cohort_type,
        segment_name,
        sum(in_cohorts) as in_cohorts,
        sum(customers) as customers
    from both_sides
    group by cohort_type, segment_name
    having sum(in_cohorts) != sum(customers)

)

select * from broken
