with channel_spend as (

    select * from {{ ref('fct_channel_spend') }}

),

costs as (

    select * from {{ ref('canonical_costs') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

entries as (

    select
        period_month,
        channel,
        spend_reporting as ad_spend_reporting,
        cast(null as decimal(24, 6)) as costs_reporting,
        0 as new_leads,
        0 as new_mqls,
        0 as new_customers
    from channel_spend
    union all
    select
        cost_month as period_month,
        coalesce(channel, 'unallocated') as channel,
        null as ad_spend_reporting,
        amount_reporting as costs_reporting,
        0 as new_leads,
        0 as new_mqls,
        0 as new_customers
    from costs
    union all
    select {{ reporting_month('became_lead_at') }} as period_month, acquisition_channel as channel,
        null as ad_spend_reporting, null as costs_reporting, 1 as new_leads, 0 as new_mqls, 0 as new_customers
    from people
    where became_lead_at is not null
    union all
    select {{ reporting_month('became_mql_at') }} as period_month, acquisition_channel as channel,
        null as ad_spend_reporting, null as costs_reporting, 0 as new_leads, 1 as new_mqls, 0 as new_customers
    from people
    where became_mql_at is not null
    union all
    select {{ reporting_month('became_customer_at') }} as period_month, acquisition_channel as channel,
        null as ad_spend_reporting, null as costs_reporting, 0 as new_leads, 0 as new_mqls, 1 as new_customers
    from customers
    where became_customer_at is not null

)

select * from entries
