-- Fails if for a model and conversion type the conversions of fct_channel_performance aren't as many as there are in
-- fct_conversions (to 1e-6), or its values don't add up to theirs (to the cent).
with conversions as (

    select * from {{ ref('fct_conversions') }}

),

channel_performance as (

    select * from {{ ref('fct_channel_performance') }}

),

models as (

    {{ attribution_models() }}

),

converted as (

    select
        models.model,
        conversions.conversion_type,
        count(*) as conversions,
        sum(conversions.value_reporting) as value_reporting
    from conversions
    cross join models
    group by models.model, conversions.conversion_type

),

credited as (

    select
        model,
        conversion_type,
        sum(conversions) as conversions,
        sum(value_reporting) as value_reporting
    from channel_performance
    group by model, conversion_type

),

failures as (

    select
        converted.*,
        credited.conversions as credited_conversions,
        credited.value_reporting as credited_value_reporting
    from converted
    left join credited
        on converted.model = credited.model
        and converted.conversion_type = credited.conversion_type
    where
        abs(converted.conversions - coalesce(credited.conversions, 0)) > 0.000001
        or abs(coalesce(converted.value_reporting, 0) - coalesce(credited.value_reporting, 0)) > 0.01

)

select * from failures
