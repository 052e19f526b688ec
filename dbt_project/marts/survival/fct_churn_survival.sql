with counts as (

    select * from {{ ref('int_survival__counts') }}

),

-- Kaplan and Meier's product of what stays each month, as a sum of logarithms, and Greenwood's sum for its variance;
-- once all at risk have left, none stays. Decimals add up alike in any order, so that a month without a loss leaves the curve as it was.
products as (

    select
        *,
        cast(
            sum(
                case when churned < at_risk then cast(ln(1 - cast(churned as double) / at_risk) as decimal(38, 18)) else 0 end
            ) over curve as double
        ) as log_survival,
        sum(
            case when churned < at_risk then cast(churned as double) / (cast(at_risk as double) * (at_risk - churned)) else 0 end
        ) over curve as greenwood,
        max(case when churned = at_risk then 1 else 0 end) over curve = 1 as has_none_left
    from counts
    window curve as (
        partition by segment_name, segment_value
        order by tenure_months
        rows between unbounded preceding and current row
    )

),

-- The interval is that of ln(−ln S), which keeps its ends within 0 and 1; it has none where nobody or everybody has left.
curves as (

    select
        *,
        case when has_none_left then 0.0 else round(exp(log_survival), 15) end as survival,
        case
            when not has_none_left and log_survival < 0
                then exp(1.959964 * sqrt(greenwood) / -log_survival)
        end as stretch
    from products

),

medians as (

    select
        segment_name,
        segment_value,
        min(case when survival <= 0.5 then tenure_months end) as median_tenure_months
    from curves
    group by segment_name, segment_value

),

survival as (

    select
        curves.segment_name,
        curves.segment_value,
        curves.tenure_months,
        curves.at_risk,
        curves.churned,
        curves.censored,
        cast(curves.survival as double) as survival,
        exp(curves.log_survival * curves.stretch) as survival_low,
        exp(curves.log_survival / curves.stretch) as survival_high,
        medians.median_tenure_months
    from curves
    inner join medians
        on curves.segment_name = medians.segment_name
        and curves.segment_value = medians.segment_value

)

select * from survival
