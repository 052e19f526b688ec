with states as (

    select * from {{ ref('int_pipeline__forecast_states') }}
    where is_closed

),

stays as (

    select * from {{ ref('int_pipeline__forecast_stays') }}
    where not is_closed

),

-- Each deal counts once for every stage that it was in before it closed, however often it was there.
passed as (

    select distinct
        states.as_of_date,
        states.deal_key,
        states.is_won,
        stays.stage
    from states
    inner join stays
        on states.deal_key = stays.deal_key
        and stays.entry_no < states.stay_no

),

win_rates as (

    select
        as_of_date,
        'stage' as passed_through,
        stage as name,
        count(*) as closed_deals,
        count(case when is_won then 1 end) as won_deals
    from passed
    group by as_of_date, stage
    union all
    select
        as_of_date,
        'pipeline' as passed_through,
        pipeline as name,
        count(*) as closed_deals,
        count(case when is_won then 1 end) as won_deals
    from states
    group by as_of_date, pipeline

)

select
    *,
    cast(won_deals as double) / closed_deals as win_rate
from win_rates
