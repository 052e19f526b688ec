-- Fails if the row 'all' of a month in fct_acquisition_cost isn't the sum of its channels', or if over all months spend, costs, leads, MQLs or
-- customers aren't those of fct_channel_spend, canonical_costs, dim_people and dim_customers.
with acquisition_cost as (

    select * from {{ ref('fct_acquisition_cost') }}

),

measures as (

    select
        period_month,
        sum(case when channel = 'all' then coalesce(ad_spend_reporting, 0) else -coalesce(ad_spend_reporting, 0) end) as ad_spend,
        sum(case when channel = 'all' then coalesce(costs_reporting, 0) else -coalesce(costs_reporting, 0) end) as costs,
        sum(case when channel = 'all' then new_leads else -new_leads end) as leads,
        sum(case when channel = 'all' then new_mqls else -new_mqls end) as mqls,
        sum(case when channel = 'all' then new_customers else -new_customers end) as customers
    from acquisition_cost
    group by period_month

),

both_sides as (

    select 'ad spend' as measure, sum(spend_reporting) as expected, 0 as found from {{ ref('fct_channel_spend') }}
    union all
    select 'costs' as measure, sum(amount_reporting) as expected, 0 as found from {{ ref('canonical_costs') }}
    union all
    select 'leads' as measure, count(became_lead_at) as expected, 0 as found from {{ ref('dim_people') }}
    union all
    select 'MQLs' as measure, count(became_mql_at) as expected, 0 as found from {{ ref('dim_people') }}
    union all
    select 'customers' as measure, count(became_customer_at) as expected, 0 as found from {{ ref('dim_customers') }}
    union all
    select 'ad spend' as measure, 0 as expected, sum(ad_spend_reporting) as found from acquisition_cost where channel = 'all'
    union all
    select 'costs' as measure, 0 as expected, sum(costs_reporting) as found from acquisition_cost where channel = 'all'
    union all
    select 'leads' as measure, 0 as expected, sum(new_leads) as found from acquisition_cost where channel = 'all'
    union all
    select 'MQLs' as measure, 0 as expected, sum(new_mqls) as found from acquisition_cost where channel = 'all'
    union all
    select 'customers' as measure, 0 as expected, sum(new_customers) as found from acquisition_cost where channel = 'all'

),

failures as (

    select
        {{ dbt.concat(["'all of '", 'cast(period_month as ' ~ dbt.type_string() ~ ')']) }} as measure,
        ad_spend as expected,
        costs + leads + mqls + customers as found
    from measures
    where ad_spend != 0 or costs != 0 or leads != 0 or mqls != 0 or customers != 0
    union all
    select measure, coalesce(sum(expected), 0) as expected, coalesce(sum(found), 0) as found
    from both_sides
    group by measure
    having coalesce(sum(expected), 0) != coalesce(sum(found), 0)

)

select * from failures
