with best_attempt_steps as (

    select * from {{ ref('int_funnel__best_attempt_steps') }}
    where order_mode = 'ordered'

),

steps as (

    select * from {{ ref('int_funnel__steps') }}

),

numbered_people as (

    select * from {{ ref('int_funnel__people') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

deals as (

    select * from {{ ref('fct_deals') }}

),

stage_intervals as (

    select * from {{ ref('canonical_deal_stage_intervals') }}

),

reached as (

    select
        'funnel' as kind, best_attempt_steps.funnel as name, steps.step as step_or_stage,
        people.owner, {{ reporting_month('best_attempt_steps.entered_at') }} as period_month,
        people.person_key as counted_key, cast(null as decimal(24, 6)) as amount_reporting
    from best_attempt_steps
    inner join steps
        on best_attempt_steps.funnel = steps.funnel
        and best_attempt_steps.step_no = steps.step_no
    inner join numbered_people on best_attempt_steps.person_no = numbered_people.person_no
    inner join people on numbered_people.person_key = people.person_key
    union all
    select
        'stage', coalesce(deals.pipeline, 'unknown'), stage_intervals.stage, deals.owner,
        {{ reporting_month('stage_intervals.entered_at') }}, deals.deal_key, null
    from stage_intervals
    inner join deals on stage_intervals.deal_key = deals.deal_key
    union all
    select
        'won', coalesce(pipeline, 'unknown'), null, owner, {{ reporting_month('closed_at') }}, deal_key, amount_reporting
    from deals
    where is_won and closed_at is not null

),

by_month as (

    select
        kind,
        name,
        step_or_stage,
        owner,
        period_month,
        count(*) as entries,
        count(distinct counted_key) as counted,
        sum(amount_reporting) as amount_reporting
    from reached
    group by kind, name, step_or_stage, owner, period_month

)

select * from by_month
