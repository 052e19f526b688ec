with dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

),

states as (

    select * from {{ ref('int_pipeline__forecast_states') }}

),

win_rates as (

    select * from {{ ref('int_pipeline__forecast_win_rates') }}

),

counted as (

    select
        states.*,
        dates.first_period_month,
        case when states.is_closed then states.closed_on else states.as_of_date end as rate_date,
        cast({{ dbt.date_trunc('month', 'coalesce(states.closed_on, states.close_date_expected)') }} as date) as due_month
    from states
    inner join dates
        on states.as_of_date = dates.as_of_date
    where states.is_won or not states.is_closed

),

forecast_deals as (

    select
        counted.as_of_date,
        counted.deal_key,
        counted.pipeline,
        counted.stage,
        counted.is_won as is_booked,
        case
            when counted.is_won then counted.due_month
            -- What should have closed before, or says nothing, is expected in the running month.
            else greatest(coalesce(counted.due_month, counted.first_period_month), counted.first_period_month)
        end as period_month,
        case
            when counted.is_won then 1.0
            else coalesce(
                stage_rates.win_rate, cast(counted.stage_probability as double), pipeline_rates.win_rate, 0.0
            )
        end as probability,
        {{ to_reporting('counted.amount', 'counted.currency', 'counted.rate_date') }} as amount_reporting
    from counted
    left join win_rates as stage_rates
        on counted.as_of_date = stage_rates.as_of_date
        and stage_rates.passed_through = 'stage'
        and counted.stage = stage_rates.name
    left join win_rates as pipeline_rates
        on counted.as_of_date = pipeline_rates.as_of_date
        and pipeline_rates.passed_through = 'pipeline'
        and counted.pipeline = pipeline_rates.name
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'counted.currency', 'counted.rate_date') }}

)

select * from forecast_deals
