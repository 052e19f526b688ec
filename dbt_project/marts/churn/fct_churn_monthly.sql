with segment_months as (

    select * from {{ ref('int_churn__segment_months') }}

),

with_closing as (

    select
        *,
        sum(gained + returned + expansion - contraction - lost + fx) over (
            partition by definition, segment_name, segment_value
            order by period_month asc nulls last
            rows between unbounded preceding and current row
        ) as closing
    from segment_months

),

with_opening as (

    select
        *,
        coalesce(
            lag(closing) over (partition by definition, segment_name, segment_value order by period_month asc nulls last), 0
        ) as opening
    from with_closing

),

churn_monthly as (

    select
        period_month,
        definition,
        unit,
        segment_name,
        segment_value,
        cast(opening as decimal(24, 6)) as opening,
        gained,
        returned,
        expansion,
        contraction,
        lost,
        case when definition not in ('inactivity', 'inactivity_probability') then lost_voluntary end as lost_voluntary,
        case when definition not in ('inactivity', 'inactivity_probability') then lost_involuntary end as lost_involuntary,
        fx,
        cast(closing as decimal(24, 6)) as closing,
        cast(lost as double) / nullif(cast(opening as double), 0) as churn_rate,
        cast(lost + contraction - expansion - returned as double) / nullif(cast(opening as double), 0) as net_churn_rate
    from with_opening
    order by period_month, definition, segment_name, segment_value

)

select * from churn_monthly
