with forecasts as (

    select * from {{ ref('int_pipeline__forecasts') }}

),

deals as (

    select * from {{ ref('int_pipeline__forecast_deals') }}
    where not is_booked

),

standings as (

    select * from {{ ref('int_pipeline__forecast_standings') }}

),

cells as (

    select * from {{ ref('int_pipeline__forecast_cells') }}

),

open_deals as (

    select
        forecasts.forecast_no,
        deals.deal_key,
        deals.amount_reporting,
        deals.probability,
        deals.period_month = forecasts.period_month as is_due,
        -- Nothing was seen of such deals yet: their date is all there is to go by.
        case
            when cells.seen_of_due > 0 then cast(cells.closed_of_due as double) / cells.seen_of_due
            when deals.period_month = forecasts.period_month then 1.0
            else 0.0
        end as closing_share,
        cells.cell_no,
        cells.seen_of_all,
        cells.won_of_all,
        cells.seen_of_due,
        cells.won_of_due,
        cells.seen_of_stay,
        cells.won_of_stay,
        cells.seen,
        cells.won
    from forecasts
    inner join deals
        on forecasts.as_of_date = deals.as_of_date
        and forecasts.pipeline = deals.pipeline
    inner join standings
        on deals.as_of_date = standings.as_of_date
        and deals.deal_key = standings.deal_key
    inner join cells
        on forecasts.as_of_date = cells.as_of_date
        and forecasts.months_ahead = cells.months_ahead
        and {{ forecast_due('standings.due_month', 'standings.is_overdue', 'forecasts.period_month') }} = cells.due
        and standings.days_in_stage_from = cells.days_in_stage_from
        and standings.stage = cells.stage

)

select * from open_deals
