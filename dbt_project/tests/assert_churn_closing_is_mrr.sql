-- Fails if the closing of fct_churn_monthly isn't the month's customers and revenue in fct_mrr_monthly, for any definition that
-- goes by revenue and any segment.
with mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}
    where definition not in ('inactivity', 'inactivity_probability')

),

customers as (

    select customer_key, segment, first_plan as plan, acquisition_channel, country
    from {{ ref('dim_customers') }}

),

segment_names as (

    {{ customer_segment_names() }}

),

mrr_by_segment as (

    select
        mrr_monthly.period_month,
        segment_names.segment_name,
        {{ customer_segment_value('customers', 'segment_names') }} as segment_value,
        count(*) as customers,
        sum(mrr_monthly.mrr_reporting) as mrr_reporting
    from mrr_monthly
    inner join customers
        on mrr_monthly.customer_key = customers.customer_key
    cross join segment_names
    group by mrr_monthly.period_month, segment_names.segment_name, segment_value

),

definitions as (

    select distinct definition, unit
    from churn_monthly

),

expected_closings as (

    select
        definitions.definition,
        mrr_by_segment.period_month,
        mrr_by_segment.segment_name,
        mrr_by_segment.segment_value,
        case when definitions.unit = 'money' then mrr_by_segment.mrr_reporting else mrr_by_segment.customers end as expected
    from mrr_by_segment
    cross join definitions

),

both_sides as (

    select definition, period_month, segment_name, segment_value, closing, 0 as expected
    from churn_monthly
    union all
    select definition, period_month, segment_name, segment_value, 0 as closing, expected
    from expected_closings

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
    group by definition, period_month, segment_name, segment_value
    having sum(closing) != sum(expected)

)

select * from broken
