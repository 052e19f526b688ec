-- Fails if the last day of fct_pipeline_daily isn't the open deals of fct_deals, in number and in amount (to the cent), by
-- pipeline, stage and owner, or if the day is missing. Deals without a creation are in no day, nor is one created at the very
-- moment of as_of in the day before.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

deals as (

    select * from {{ ref('fct_deals') }}

),

pipeline_daily as (

    select * from {{ ref('fct_pipeline_daily') }}

),

last_day as (

    select pipeline_daily.*
    from pipeline_daily
    inner join as_of
        on pipeline_daily.date_day = cast({{ dbt.dateadd('day', -1, 'as_of.as_of_date') }} as date)

),

both_sides as (

    select
        pipeline,
        stage,
        owner,
        open_deals,
        amount_reporting,
        0 as expected_deals,
        0 as expected_amount
    from last_day
    union all
    select
        coalesce(deals.pipeline, 'unknown') as pipeline,
        deals.stage,
        coalesce(deals.owner, 'unknown') as owner,
        0 as open_deals,
        0 as amount_reporting,
        1 as expected_deals,
        deals.amount_reporting as expected_amount
    from deals
    cross join as_of
    where
        not deals.is_closed
        and {{ reporting_day('deals.created_at') }} < as_of.as_of_date

),

failures as (

    select
        pipeline,
        stage,
        owner,
        sum(open_deals) as open_deals,
        sum(expected_deals) as expected_deals,
        sum(amount_reporting) as amount_reporting,
        sum(expected_amount) as expected_amount
    from both_sides
    group by pipeline, stage, owner
    having
        sum(open_deals) <> sum(expected_deals)
        or abs(coalesce(sum(amount_reporting), 0) - coalesce(sum(expected_amount), 0)) > 0.01

)

select * from failures
