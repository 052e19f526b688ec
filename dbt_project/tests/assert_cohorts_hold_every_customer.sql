-- Fails if in any dimension the cohorts of a type don't hold each customer once who ordered, began to pay, or signed a won deal, up to
-- as_of, months that begin at as_of left out.
with retention as (

    select * from {{ ref('fct_cohort_retention') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

segment_names as (

    {{ customer_segment_names(['campaign', 'first_product']) }}

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
    union
    select
        'deals' as cohort_type,
        customer_key
    from {{ ref('canonical_deals') }}
    cross join as_of
    where
        {{ reporting_month('closed_at') }} <= {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}
        and is_won and customer_key is not null

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
    cross join segment_names

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
