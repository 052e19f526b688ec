-- Fails if for a model, conversion type and channel the conversions (to 1e-6) or values (to the cent) of fct_self_reported_sources
-- aren't those that fct_attribution_credits credits.
with credited as (

    select
        model,
        conversion_type,
        coalesce(channel, '') as channel,
        cast(sum(cast(credit as decimal(38, 15))) as double) as conversions,
        sum(credited_value_reporting) as value_reporting
    from {{ ref('fct_attribution_credits') }}
    group by model, conversion_type, coalesce(channel, '')

),

reported as (

    select
        model,
        conversion_type,
        coalesce(channel, '') as channel,
        sum(conversions) as conversions,
        sum(value_reporting) as value_reporting
    from {{ ref('fct_self_reported_sources') }}
    group by model, conversion_type, coalesce(channel, '')

),

failures as (

    select
        coalesce(credited.model, reported.model) as model,
        coalesce(credited.conversion_type, reported.conversion_type) as conversion_type,
        coalesce(credited.channel, reported.channel) as channel
    from credited
    full outer join reported
        on credited.model = reported.model
        and credited.conversion_type = reported.conversion_type
        and credited.channel = reported.channel
    where abs(coalesce(credited.conversions, 0) - coalesce(reported.conversions, 0)) > 0.000001
        or abs(coalesce(credited.value_reporting, 0) - coalesce(reported.value_reporting, 0)) > 0.01

)

select * from failures
