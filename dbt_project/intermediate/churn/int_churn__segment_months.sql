with movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

months as (

    select * from {{ ref('int_churn__months') }}

),

measured as (

    select
        'logo' as definition,
        'customers' as unit,
        period_month,
        movement,
        segment,
        case when movement in ('new', 'reactivation', 'churn') then 1 else 0 end as quantity
    from movements
    union all
    select
        'revenue' as definition,
        'money' as unit,
        period_month,
        movement,
        segment,
        case when movement = 'fx' then amount_reporting else abs(amount_reporting) end as quantity
    from movements

),

by_segment as (

    select
        definition,
        unit,
        period_month,
        movement,
        'all' as segment_name,
        'all' as segment_value,
        quantity
    from measured
    union all
    select
        definition,
        unit,
        period_month,
        movement,
        'segment' as segment_name,
        segment as segment_value,
        quantity
    from measured

),

segments as (

    select
        definition,
        unit,
        segment_name,
        segment_value,
        min(period_month) as first_month
    from by_segment
    group by definition, unit, segment_name, segment_value

),

segment_months as (

    select
        months.period_month,
        segments.definition,
        segments.unit,
        segments.segment_name,
        segments.segment_value,
        cast(sum(case when by_segment.movement = 'new' then by_segment.quantity else 0 end) as decimal(24, 6)) as gained,
        cast(sum(case when by_segment.movement = 'reactivation' then by_segment.quantity else 0 end) as decimal(24, 6)) as returned,
        cast(sum(case when by_segment.movement = 'expansion' then by_segment.quantity else 0 end) as decimal(24, 6)) as expansion,
        cast(sum(case when by_segment.movement = 'contraction' then by_segment.quantity else 0 end) as decimal(24, 6)) as contraction,
        cast(sum(case when by_segment.movement = 'churn' then by_segment.quantity else 0 end) as decimal(24, 6)) as lost,
        cast(sum(case when by_segment.movement = 'fx' then by_segment.quantity else 0 end) as decimal(24, 6)) as fx
    from segments
    inner join months
        on segments.first_month <= months.period_month
    left join by_segment
        on months.period_month = by_segment.period_month
        and segments.definition = by_segment.definition
        and segments.segment_name = by_segment.segment_name
        and segments.segment_value = by_segment.segment_value
    group by months.period_month, segments.definition, segments.unit, segments.segment_name, segments.segment_value

)

select * from segment_months
