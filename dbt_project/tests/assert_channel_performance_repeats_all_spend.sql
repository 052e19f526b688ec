-- Fails if a month's spend in fct_channel_performance isn't that of fct_ad_performance for each model and conversion type
-- that fct_attribution_credits has.
with ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

channel_performance as (

    select * from {{ ref('fct_channel_performance') }}

),

credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

models_and_types as (

    select distinct
        model,
        conversion_type
    from credits

),

billed as (

    select
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as period_month,
        sum(spend_reporting) as spend_reporting
    from ad_performance
    group by cast({{ dbt.date_trunc('month', 'date_day') }} as date)

),

repeated as (

    select
        model,
        conversion_type,
        period_month,
        sum(spend_reporting) as spend_reporting
    from channel_performance
    group by model, conversion_type, period_month

),

failures as (

    select
        models_and_types.model,
        models_and_types.conversion_type,
        billed.period_month,
        billed.spend_reporting as billed,
        repeated.spend_reporting as found
    from billed
    cross join models_and_types
    left join repeated
        on billed.period_month = repeated.period_month
        and models_and_types.model = repeated.model
        and models_and_types.conversion_type = repeated.conversion_type
    where coalesce(billed.spend_reporting, 0) <> coalesce(repeated.spend_reporting, 0)

)

select * from failures
