{%- set more = ['campaign', 'first_product'] -%}

with members as (

    select * from {{ ref('int_cohorts__members') }}

),

customer_costs as (

    select * from {{ ref('int_cohorts__customer_costs') }}

),

customer_value as (

    select * from {{ ref('fct_customer_value') }}

),

segment_names as (

    {{ customer_segment_names(more) }}

),

valued as (

    select
        members.*,
        customer_costs.acquisition_cost_reporting,
        case members.cohort_type
            when 'orders' then coalesce(customer_value.predicted_ltv_12m, 0)
            when 'subscriptions' then coalesce(customer_value.residual_ltv_reporting, 0)
        end as expected_margin_reporting,
        case members.cohort_type
            when 'orders' then customer_value.order_refusal
            when 'subscriptions' then customer_value.contract_refusal
        end as refusal
    from members
    left join customer_costs
        on members.customer_key = customer_costs.customer_key
    left join customer_value
        on members.customer_key = customer_value.customer_key

),

-- Customers of the same traits are summed before each sum is told once a dimension.
by_traits as (

    select
        cohort_type,
        cohort_month,
        segment,
        plan,
        acquisition_channel,
        country,
        campaign,
        first_product,
        count(*) as customers,
        count(refusal) as refusals,
        sum(acquisition_cost_reporting) as acquisition_cost_reporting,
        -- Decimals: a sum of doubles would depend on the order of the rows.
        sum(cast(expected_margin_reporting as decimal(24, 6))) as expected_margin_reporting
    from valued
    group by cohort_type, cohort_month, segment, plan, acquisition_channel, country, campaign, first_product

),

by_segment as (

    select
        by_traits.*,
        segment_names.segment_name,
        {{ customer_segment_value('by_traits', 'segment_names', more) }} as segment_value
    from by_traits
    cross join segment_names

),

cohorts as (

    select
        cohort_type,
        cohort_month,
        segment_name,
        segment_value,
        sum(customers) as cohort_size,
        cast(sum(acquisition_cost_reporting) / sum(customers) as decimal(24, 6)) as acquisition_cost_per_customer,
        case when sum(refusals) = 0 then sum(expected_margin_reporting) end as expected_margin_reporting
    from by_segment
    group by cohort_type, cohort_month, segment_name, segment_value

)

select * from cohorts
