with dates as (

    select * from {{ ref('dim_dates') }}

),

open_stretches as (

    select * from {{ ref('int_pipeline__open_stretches') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

open_by_currency as (

    select
        dates.date_day,
        open_stretches.pipeline,
        open_stretches.stage,
        open_stretches.owner,
        open_stretches.segment,
        open_stretches.deal_type,
        open_stretches.currency,
        count(*) as open_deals,
        sum(open_stretches.amount) as amount,
        sum(open_stretches.amount * open_stretches.probability) as weighted_amount,
        min(open_stretches.probability_source) as first_probability_source,
        max(open_stretches.probability_source) as last_probability_source
    from open_stretches
    inner join dates
        on dates.date_day >= open_stretches.from_day
        and dates.date_day < open_stretches.to_day
    group by
        dates.date_day,
        open_stretches.pipeline,
        open_stretches.stage,
        open_stretches.owner,
        open_stretches.segment,
        open_stretches.deal_type,
        open_stretches.currency

),

in_reporting_currency as (

    select
        open_by_currency.*,
        {{ to_reporting('open_by_currency.amount', 'open_by_currency.currency', 'open_by_currency.date_day') }}
            as amount_reporting,
        {{ to_reporting('open_by_currency.weighted_amount', 'open_by_currency.currency', 'open_by_currency.date_day') }}
            as weighted_amount_reporting
    from open_by_currency
    {{ exchange_rate_join('exchange_rates', 'open_by_currency.currency', 'open_by_currency.date_day') }}

),

pipeline_daily as (

    select
        date_day,
        pipeline,
        stage,
        owner,
        segment,
        deal_type,
        cast(sum(open_deals) as bigint) as open_deals,
        cast(sum(amount_reporting) as decimal(24, 6)) as amount_reporting,
        cast(sum(weighted_amount_reporting) as decimal(24, 6)) as weighted_amount_reporting,
        case
            when min(first_probability_source) = max(last_probability_source) then min(first_probability_source)
            else 'mixed'
        end as probability_source
    from in_reporting_currency
    group by date_day, pipeline, stage, owner, segment, deal_type
    order by date_day, pipeline, stage, owner, segment, deal_type

)

select * from pipeline_daily
