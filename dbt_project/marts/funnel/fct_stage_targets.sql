with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

funnels as (

    select distinct funnel from {{ ref('funnels') }}

),

-- The seed's empty cells read as NULL or as empty text, as the file was written.
targets as (

    select
        stage_targets.period_month,
        stage_targets.metric,
        coalesce(stage_targets.funnel_or_pipeline, '') as funnel_or_pipeline,
        coalesce(stage_targets.step_or_stage, '') as step_or_stage,
        coalesce(nullif(stage_targets.owner, ''), 'all') as owner,
        stage_targets.target,
        case
            when stage_targets.metric = 'revenue' then 'won'
            when stage_targets.metric = 'deals' and coalesce(stage_targets.step_or_stage, '') = '' then 'won'
            when stage_targets.metric = 'entered' and funnels.funnel is not null then 'funnel'
            else 'stage'
        end as kind
    from {{ ref('stage_targets') }} as stage_targets
    left join funnels on stage_targets.funnel_or_pipeline = funnels.funnel

),

reached as (

    select * from {{ ref('int_funnel__reached_by_month') }}

),

actuals as (

    select
        targets.period_month,
        targets.metric,
        targets.funnel_or_pipeline,
        targets.step_or_stage,
        targets.owner,
        targets.target,
        coalesce(sum(case targets.metric
            when 'revenue' then reached.amount_reporting
            when 'deals' then reached.counted
            else reached.entries
        end), 0) as actual
    from targets
    left join reached
        on targets.kind = reached.kind
        and targets.period_month = reached.period_month
        and coalesce(nullif(targets.funnel_or_pipeline, ''), reached.name) = reached.name
        and (targets.kind = 'won' or targets.step_or_stage = reached.step_or_stage)
        and (targets.owner = 'all' or targets.owner = reached.owner)
    group by
        targets.period_month, targets.metric, targets.funnel_or_pipeline, targets.step_or_stage, targets.owner,
        targets.target

),

paced as (

    select
        actuals.*,
        least(greatest(
            {{ fractional_days('actuals.period_month', 'as_of.as_of') }}
            / {{ fractional_days('actuals.period_month', dbt.dateadd('month', 1, 'actuals.period_month')) }},
            0
        ), 1) as elapsed_share
    from actuals
    cross join as_of

),

stage_targets as (

    select
        period_month,
        metric,
        funnel_or_pipeline,
        step_or_stage,
        owner,
        cast(target as decimal(24, 6)) as target,
        cast(actual as decimal(24, 6)) as actual,
        cast(actual as double) / nullif(target, 0) as attainment,
        cast(elapsed_share as double) as elapsed_share,
        cast(actual as double) / nullif(target * elapsed_share, 0) as pace,
        cast(cast(actual as double) / nullif(elapsed_share, 0) as decimal(24, 6)) as projected,
        cast(actual as double) / nullif(target * elapsed_share, 0) >= 1 as is_on_pace
    from paced
    order by period_month, metric, funnel_or_pipeline, step_or_stage, owner

)

select * from stage_targets
