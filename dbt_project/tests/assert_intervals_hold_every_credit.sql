-- Fails if for a model the credits of all channels in fct_attribution_intervals aren't those of fct_attribution_credits, if a
-- number stands beside a verdict or lacks without one, or if an interval ends before it begins.
with intervals as (

    select * from {{ ref('fct_attribution_intervals') }}

),

credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

-- Credits are summed as decimals: of many doubles the rounding alone would pass a millionth.
credited as (

    select
        conversion_type,
        model,
        cast(sum(cast(credit as decimal(38, 15))) as double) as conversions,
        sum(credited_value_reporting) as value_reporting
    from credits
    where touchpoint_key is not null
    group by conversion_type, model

),

summed as (

    select
        conversion_type,
        model,
        sum(conversions) as conversions,
        sum(value_reporting) as value_reporting,
        count(verdict) as verdicts,
        sum(
            case
                when verdict is not null then case when coalesce(conversions, conversions_low, value_low) is null then 0 else 1 end
                when conversions_low <= conversions_high and conversions_low >= 0 and (value_reporting is null) = (value_low is null)
                    and coalesce(value_low <= value_high, value_reporting is null) then 0
                else 1
            end
        ) as contradictions
    from intervals
    group by conversion_type, model

),

failures as (

    select
        credited.conversion_type,
        credited.model,
        credited.conversions,
        summed.conversions as interval_conversions,
        credited.value_reporting,
        summed.value_reporting as interval_value_reporting,
        summed.contradictions
    from credited
    left join summed
        on credited.conversion_type = summed.conversion_type
        and credited.model = summed.model
    where
        summed.model is null
        or summed.contradictions > 0
        or (summed.verdicts = 0 and abs(credited.conversions - summed.conversions) > 0.000001)
        or (
            summed.verdicts = 0
            and abs(coalesce(credited.value_reporting, 0) - coalesce(summed.value_reporting, 0)) > 0.01
        )

)

select * from failures
