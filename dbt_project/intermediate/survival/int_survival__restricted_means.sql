with survival as (

    select * from {{ ref('fct_churn_survival') }}

),

-- All curves are read to the same month, or they couldn't be compared.
horizons as (

    select least({{ var('restricted_mean_months') }}, max(tenure_months)) as horizon_months
    from survival

),

within_horizon as (

    select
        survival.*,
        horizons.horizon_months,
        survival.tenure_months < horizons.horizon_months as is_within,
        case when survival.tenure_months < horizons.horizon_months then survival.survival else 0 end as month_share
    from survival
    cross join horizons

),

-- What each month's losses weigh: the mean months that were still to come.
months_ahead as (

    select
        *,
        sum(month_share) over (
            partition by segment_name, segment_value
            order by tenure_months desc
            rows between unbounded preceding and current row
        ) as months_still_to_come
    from within_horizon

),

-- A curve that ends before the horizon goes on only where nobody was left.
means as (

    select
        segment_name,
        segment_value,
        cast(horizon_months as bigint) as horizon_months,
        case
            when count(case when is_within then 1 end) = horizon_months or min(survival) = 0
                then sum(month_share)
        end as restricted_mean_months,
        sqrt(sum(
            case
                when is_within and churned < at_risk
                    then months_still_to_come * months_still_to_come * churned
                        / (cast(at_risk as double) * (at_risk - churned))
                else 0
            end
        )) as standard_error
    from months_ahead
    group by segment_name, segment_value, horizon_months

),

restricted_means as (

    select
        segment_name,
        segment_value,
        horizon_months,
        restricted_mean_months,
        case
            when standard_error > 0 and restricted_mean_months is not null
                then greatest(restricted_mean_months - 1.959964 * standard_error, 0)
        end as restricted_mean_low,
        case
            when standard_error > 0 and restricted_mean_months is not null
                then least(restricted_mean_months + 1.959964 * standard_error, horizon_months)
        end as restricted_mean_high
    from means

)

select * from restricted_means
