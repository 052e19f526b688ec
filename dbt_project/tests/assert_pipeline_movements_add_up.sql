-- Fails if, in a month of a pipeline, the movements but closing don't add up to closing, closing isn't the next month's opening,
-- or the closing of the last complete month isn't what fct_pipeline_daily says of its last day (amounts to the cent), or if
-- there are open deals and no movements. Deals entered as closed before they were created are in neither.
with movements as (

    select * from {{ ref('fct_pipeline_movements') }}

),

month_sums as (

    select
        period_month,
        pipeline,
        sum(case when movement = 'closing' then deals else 0 end) as closing_deals,
        sum(case when movement = 'closing' then amount_reporting else 0 end) as closing_amount,
        sum(case when movement = 'opening' then deals else 0 end) as opening_deals,
        sum(case when movement = 'opening' then amount_reporting else 0 end) as opening_amount,
        sum(case when movement = 'closing' then 0 else deals end) as moved_deals,
        sum(case when movement = 'closing' then 0 else amount_reporting end) as moved_amount
    from movements
    group by period_month, pipeline

),

with_previous as (

    select
        *,
        lag(closing_deals, 1, 0) over (partition by pipeline order by period_month) as closed_with_deals,
        lag(closing_amount, 1, 0) over (partition by pipeline order by period_month) as closed_with_amount
    from month_sums

),

last_days as (

    select cast({{ dbt.dateadd('day', -1, dbt.date_trunc('month', 'as_of_date')) }} as date) as last_day
    from {{ ref('canonical_as_of') }}

),

both_sides as (

    select daily.pipeline, daily.open_deals, daily.amount_reporting, 0 as closing_deals, 0 as closing_amount
    from {{ ref('fct_pipeline_daily') }} as daily
    inner join last_days on daily.date_day = last_days.last_day
    union all
    select month_sums.pipeline, 0, 0, month_sums.closing_deals, month_sums.closing_amount
    from month_sums
    inner join last_days
        on month_sums.period_month = cast({{ dbt.date_trunc('month', 'last_days.last_day') }} as date)

),

failures as (

    select cast(period_month as {{ dbt.type_string() }}) as place, pipeline, 'movements add up to closing' as claim
    from month_sums
    where moved_deals != closing_deals or moved_amount != closing_amount
    union all
    select cast(period_month as {{ dbt.type_string() }}), pipeline, 'a month opens with what the one before closed with'
    from with_previous
    where opening_deals != closed_with_deals or opening_amount != closed_with_amount
    union all
    select 'last complete month', pipeline, 'it closes with the open deals of its last day'
    from both_sides
    group by pipeline
    having
        sum(open_deals) != sum(closing_deals)
        or abs(coalesce(sum(amount_reporting), 0) - sum(closing_amount)) > 0.01

)

select * from failures
