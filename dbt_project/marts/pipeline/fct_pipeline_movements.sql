{%- set movements = [
    'opening', 'created', 'reopened', 'increased', 'decreased', 'transferred_in', 'transferred_out', 'won', 'lost',
    'deleted', 'fx', 'closing',
] -%}

with month_ends as (

    select * from {{ ref('int_pipeline__month_ends') }}

),

deal_movements as (

    select * from {{ ref('int_pipeline__deal_movements') }}

),

balances as (

    select
        period_month,
        pipeline,
        count(*) as deals,
        sum(amount_reporting) as amount_reporting
    from {{ ref('int_pipeline__month_end_deals') }}
    group by period_month, pipeline

),

-- A month opens with what the one before closed with.
told as (

    select period_month, pipeline, movement, deals, amount_reporting
    from deal_movements
    union all
    select period_month, pipeline, 'closing' as movement, deals, amount_reporting
    from balances
    union all
    select
        cast({{ dbt.dateadd('month', 1, 'period_month') }} as date) as period_month,
        pipeline,
        'opening' as movement,
        deals,
        amount_reporting
    from balances

),

-- What is left when all that was done to deals is told is the change of exchange rates.
with_fx as (

    select * from told
    union all
    select
        period_month,
        pipeline,
        'fx' as movement,
        0 as deals,
        sum(case when movement = 'closing' then amount_reporting else -amount_reporting end) as amount_reporting
    from told
    group by period_month, pipeline

),

months as (

    select
        month_ends.period_month,
        pipelines.pipeline,
        movements.movement
    from (
        select pipeline, min(period_month) as first_month
        from deal_movements
        group by pipeline
    ) as pipelines
    inner join month_ends on month_ends.period_month >= pipelines.first_month
    cross join (
        {%- for movement in movements %}
        select '{{ movement }}' as movement{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as movements

),

pipeline_movements as (

    select
        months.period_month,
        months.pipeline,
        months.movement,
        cast(coalesce(sum(with_fx.deals), 0) as bigint) as deals,
        cast(coalesce(sum(with_fx.amount_reporting), 0) as decimal(24, 6)) as amount_reporting
    from months
    left join with_fx
        on months.period_month = with_fx.period_month
        and months.pipeline = with_fx.pipeline
        and months.movement = with_fx.movement
    group by months.period_month, months.pipeline, months.movement
    order by months.period_month, months.pipeline, months.movement

)

select * from pipeline_movements
