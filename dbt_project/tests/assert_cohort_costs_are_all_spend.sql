{{ config(group='cohorts') }}

-- Fails if the customers of a month didn't cost together what was spent in it, wherever it won any; or if the cohorts of a month don't
-- cost together, in any dimension, what their customers do. Costs of customers and cohorts are rounded to six decimals.
with customer_costs as (

    select
        customers.customer_key,
        {{ reporting_month('customers.became_customer_at') }} as became_month,
        costs.acquisition_cost_reporting
    from {{ ref('dim_customers') }} as customers
    left join {{ ref('int_cohorts__customer_costs') }} as costs
        on customers.customer_key = costs.customer_key
    where customers.became_customer_at is not null

),

by_month as (

    select
        became_month,
        count(*) as customers,
        coalesce(sum(acquisition_cost_reporting), 0) as cost
    from customer_costs
    group by became_month

),

retention as (

    select * from {{ ref('fct_cohort_retention') }}
    where period_no = 0

),

by_dimension as (

    select
        cohort_type,
        cohort_month,
        segment_name,
        sum(cohort_size) as customers,
        coalesce(sum(acquisition_cost_per_customer * cohort_size), 0) as cost
    from retention
    group by cohort_type, cohort_month, segment_name

),

by_members as (

    select
        members.cohort_type,
        members.cohort_month,
        coalesce(sum(customer_costs.acquisition_cost_reporting), 0) as cost
    from {{ ref('int_cohorts__members') }} as members
    left join customer_costs
        on members.customer_key = customer_costs.customer_key
    group by members.cohort_type, members.cohort_month

)

select
    'month' as what,
    by_month.became_month as cohort_month,
    'all' as segment_name,
    by_month.cost as found,
    coalesce(spent.ad_spend_reporting, 0) + coalesce(spent.costs_reporting, 0) as expected
from by_month
inner join {{ ref('fct_acquisition_cost') }} as spent
    on by_month.became_month = spent.period_month
    and spent.channel = 'all'
where
    abs(by_month.cost - coalesce(spent.ad_spend_reporting, 0) - coalesce(spent.costs_reporting, 0))
    > 0.000001 * by_month.customers
union all
select
    by_dimension.cohort_type as what,
    by_dimension.cohort_month,
    by_dimension.segment_name,
    by_dimension.cost as found,
    by_members.cost as expected
from by_dimension
inner join by_members
    on by_dimension.cohort_type = by_members.cohort_type
    and by_dimension.cohort_month = by_members.cohort_month
where abs(by_dimension.cost - by_members.cost) > 0.000001 * by_dimension.customers
