-- Fails if a row of the seed stage_targets isn't one row of fct_stage_targets, or if owners together reached more than
-- everybody.
with targets as (

    select count(*) as target_rows from {{ ref('stage_targets') }}

),

stage_targets as (

    select * from {{ ref('fct_stage_targets') }}

),

by_owner as (

    select
        period_month,
        metric,
        funnel_or_pipeline,
        step_or_stage,
        sum(case when owner <> 'all' then actual end) as of_owners,
        max(case when owner = 'all' then actual end) as of_everybody
    from stage_targets
    group by period_month, metric, funnel_or_pipeline, step_or_stage

),

failures as (

    select
        targets.target_rows as expected,
        count(stage_targets.period_month) as found
    from targets
    left join stage_targets on 1 = 1
    group by targets.target_rows
    having count(stage_targets.period_month) <> targets.target_rows
    union all
    select
        cast(of_everybody as bigint) as expected,
        cast(of_owners as bigint) as found
    from by_owner
    where of_owners > of_everybody

)

select * from failures
