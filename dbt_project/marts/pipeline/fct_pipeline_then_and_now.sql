with month_end_deals as (

    select * from {{ ref('int_pipeline__month_end_deals') }}
    where is_complete

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

then_and_now as (

    select
        month_end_deals.last_day as date_day,
        month_end_deals.pipeline,
        month_end_deals.stage as stage_then,
        case when deals.deleted_at is not null then 'deleted' else deals.stage end as stage_now,
        case
            when deals.deleted_at is not null then 'deleted'
            when not deals.is_closed then 'open'
            when deals.is_won then 'won'
            else 'lost'
        end as outcome_now,
        month_end_deals.amount_reporting as amount_then_reporting,
        case when deals.deleted_at is not null then 0 else deals.amount_reporting end as amount_now_reporting
    from month_end_deals
    inner join deals on month_end_deals.deal_key = deals.deal_key

),

summed as (

    select
        date_day,
        pipeline,
        stage_then,
        stage_now,
        outcome_now,
        count(*) as deals,
        cast(sum(amount_then_reporting) as decimal(24, 6)) as amount_then_reporting,
        cast(sum(amount_now_reporting) as decimal(24, 6)) as amount_now_reporting
    from then_and_now
    group by date_day, pipeline, stage_then, stage_now, outcome_now
    order by date_day, pipeline, stage_then, stage_now, outcome_now

)

select * from summed
