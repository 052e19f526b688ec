-- Fails if the credits of a conversion and model don't sum to 1 (to 1e-9) or their values to the conversion's (to a
-- millionth), if a conversion lacks a model, or if a row has neither or both of a touchpoint and a reason.
with conversions as (

    select * from {{ ref('fct_conversions') }}

),

credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

models as (

    {{ attribution_models() }}

),

summed as (

    select
        conversion_key,
        model,
        sum(credit) as credit,
        sum(credited_value_reporting) as credited_value_reporting,
        sum(
            case when (touchpoint_key is null) = (unattributed_reason is null) then 1 else 0 end
        ) as contradictions
    from credits
    group by conversion_key, model

),

failures as (

    select
        conversions.conversion_id,
        models.model,
        summed.credit,
        conversions.value_reporting,
        summed.credited_value_reporting,
        summed.contradictions
    from conversions
    cross join models
    left join summed
        on conversions.conversion_key = summed.conversion_key
        and models.model = summed.model
    where
        summed.credit is null
        or abs(summed.credit - 1) > 0.000000001
        or abs(coalesce(conversions.value_reporting, 0) - coalesce(summed.credited_value_reporting, 0)) > 0.000001
        or (conversions.value_reporting is null) <> (summed.credited_value_reporting is null)
        or summed.contradictions > 0

)

select * from failures
