with entries as (

    select * from {{ ref('int_attribution__acquisition_entries') }}

),

with_totals as (

    select * from entries
    union all
    select period_month, 'all' as channel, ad_spend_reporting, costs_reporting, new_leads, new_mqls, new_customers
    from entries

),

summed as (

    select
        period_month,
        channel,
        cast(sum(ad_spend_reporting) as decimal(24, 6)) as ad_spend_reporting,
        cast(sum(costs_reporting) as decimal(24, 6)) as costs_reporting,
        cast(sum(new_leads) as bigint) as new_leads,
        cast(sum(new_mqls) as bigint) as new_mqls,
        cast(sum(new_customers) as bigint) as new_customers
    from with_totals
    group by period_month, channel

),

spent as (

    select
        *,
        -- Where nothing was spent, nobody was cheap: nobody was bought.
        cast(nullif(ad_spend_reporting, 0) as double) as ad_spend,
        cast(nullif(coalesce(ad_spend_reporting, 0) + coalesce(costs_reporting, 0), 0) as double) as full_spend
    from summed

),

acquisition_cost as (

    select
        period_month,
        channel,
        ad_spend_reporting,
        costs_reporting,
        new_leads,
        new_mqls,
        new_customers,
        cast(ad_spend / nullif(new_leads, 0) as decimal(24, 6)) as cost_per_lead,
        cast(ad_spend / nullif(new_mqls, 0) as decimal(24, 6)) as cost_per_mql,
        cast(ad_spend / nullif(new_customers, 0) as decimal(24, 6)) as paid_cac,
        cast(full_spend / nullif(new_customers, 0) as decimal(24, 6)) as full_cac
    from spent
    order by period_month, channel

)

select * from acquisition_cost
