-- Fails if, in a dimension, the cohorts of fct_sales_performance_by_cohort don't hold every deal whose creation is known, each
-- once, or its deals aren't those open, won and lost.
with created as (

    select count(*) as created_deals
    from {{ ref('fct_deals') }}
    where created_at is not null

),

dimensions as (

    select dimension from {{ ref('fct_sales_performance') }}
    group by dimension

),

cohorts as (

    select
        dimension,
        sum(deals) as deals,
        sum(open_deals + won + lost) as states
    from {{ ref('fct_sales_performance_by_cohort') }}
    group by dimension

)

select
    dimensions.dimension,
    created.created_deals,
    cohorts.deals,
    cohorts.states
from dimensions
cross join created
left join cohorts on dimensions.dimension = cohorts.dimension
where coalesce(cohorts.deals, 0) != created.created_deals or coalesce(cohorts.states, 0) != created.created_deals
