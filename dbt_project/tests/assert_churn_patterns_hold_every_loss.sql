-- Fails if a pattern loses more or fewer customers, or more or less revenue, than logo churn did over the complete months.
with patterns as (

    select
        pattern,
        sum(lost) as lost,
        sum(mrr_lost_reporting) as mrr_lost_reporting
    from {{ ref('fct_churn_patterns') }}
    group by pattern

),

movements as (

    select
        count(*) as lost,
        coalesce(sum(movements.mrr_before_reporting), 0) as mrr_lost_reporting
    from {{ ref('fct_mrr_movements') }} as movements
    cross join {{ ref('canonical_as_of') }} as as_of
    where movements.movement = 'churn'
        and {{ dbt.dateadd('month', 1, 'movements.period_month') }} <= {{ reporting_day('as_of.as_of', is_moment=true) }}

)

select
    patterns.pattern,
    patterns.lost,
    movements.lost as lost_by_logo
from movements
left join patterns
    on movements.lost > 0
where
    coalesce(patterns.lost, 0) != movements.lost
    or coalesce(patterns.mrr_lost_reporting, 0) != movements.mrr_lost_reporting
