-- Fails if the closing of fct_churn_monthly isn't the month's customers and revenue in fct_mrr_monthly, for the total or a
-- segment.
with mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}

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
    having sum(closing) != sum(expected)

)

select * from broken
