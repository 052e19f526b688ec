-- Fails if the closing of fct_churn_monthly isn't the month's customers and revenue in fct_mrr_monthly, for the total or a
-- segment, or if no row was compared although a paid subscription reaches the end of a month.
with

mrr_monthly as (
    select * from {{ ref('fct_mrr_monthly') }}
),

churn_monthly as (
    select * from {{ ref('fct_churn_monthly') }}
),

subscription_periods as (
    select * from {{ ref('canonical_subscription_periods') }}
),

as_of as (
    select * from {{ ref('canonical_as_of') }}
),

mrr_by_segment as (
    select
        period_month,
        'all' as segment_name,
        'all' as segment_value,
        mrr_reporting
    from mrr_monthly
    union all
    select
        period_month,
        'segment' as segment_name,
        segment as segment_value,
        mrr_reporting
    from mrr_monthly
),

both_sides as (
    select
        definition,
        period_month,
        segment_name,
        segment_value,
        closing,
        0 as expected
    from churn_monthly
    union all
    select
        'revenue' as definition,
        period_month,
        segment_name,
        segment_value,
        0 as closing,
        mrr_reporting as expected
    from mrr_by_segment
    union all
    select
        'logo' as definition,
        period_month,
        segment_name,
        segment_value,
        0 as closing,
        1 as expected
    from mrr_by_segment
),

broken as (
    select
        definition,
        period_month,
        segment_name,
        segment_value,
        sum(closing) as closing,
        sum(expected) as expected
    from both_sides
    where definition in ('logo', 'revenue')
    group by definition, period_month, segment_name, segment_value
    having sum(closing) <> sum(expected)
),

reaching_a_month_end as (
    select count(*) as periods
    from subscription_periods
    cross join as_of
    where
        subscription_periods.mrr > 0
        and subscription_periods.started_at < as_of.as_of
        and (
            subscription_periods.ended_at is null
            or subscription_periods.ended_at > as_of.as_of
            or {{ reporting_month('subscription_periods.started_at') }}
            < {{ reporting_month('subscription_periods.ended_at') }}
        )
),

compared as (
    select count(*) as months from both_sides
),

failures as (
    select
        definition,
        period_month,
        segment_name,
        segment_value,
        closing,
        expected
    from broken
    union all
    select
        'no row was compared' as definition,
        null as period_month,
        null as segment_name,
        null as segment_value,
        null as closing,
        null as expected
    from compared
    cross join reaching_a_month_end
    where compared.months = 0 and reaching_a_month_end.periods > 0
)

select * from failures
