with stays as (

    select * from {{ ref('int_pipeline__stage_stays') }}

),

ends as (

    select
        stage,
        segment,
        microseconds,
        count(*) as stays,
        count(case when is_exit then 1 end) as exits
    from stays
    group by stage, segment, microseconds

),

at_risk as (

    select
        *,
        sum(stays) over (
            partition by stage, segment
            order by microseconds desc
            rows between unbounded preceding and current row
        ) as stays_at_risk,
        sum(exits) over (partition by stage, segment) as all_exits
    from ends

),

-- The product of what stays at each exit, as a sum of logarithms; once all have left, none stays.
survival as (

    select
        stage,
        segment,
        microseconds,
        stays_at_risk,
        exits,
        all_exits,
        case
            when max(case when exits = stays_at_risk then 1 else 0 end) over curve = 1 then 0.0
            else exp(sum(
                case when exits < stays_at_risk then ln(1 - cast(exits as double) / stays_at_risk) else 0 end
            ) over curve)
        end as survival
    from at_risk
    window curve as (
        partition by stage, segment
        order by microseconds
        rows between unbounded preceding and current row
    )

)

select * from survival
