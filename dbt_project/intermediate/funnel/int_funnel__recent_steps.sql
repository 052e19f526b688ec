{%- set horizon = var('funnel_horizon_days') -%}

with as_of as (

    select
        as_of,
        {{ dbt.dateadd('day', -horizon, 'as_of') }} as until,
        {{ dbt.dateadd('day', -horizon - 90, 'as_of') }} as recent_after,
        {{ dbt.dateadd('day', -horizon - 90 - 365, 'as_of') }} as trailing_after
    from {{ ref('canonical_as_of') }}

),

best_attempt_steps as (

    select * from {{ ref('int_funnel__best_attempt_steps') }}
    where order_mode = 'ordered'

),

people as (

    select * from {{ ref('int_funnel__people') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}
    where conversion_type in ('won', 'order')

),

entered as (

    select
        best_attempt_steps.*,
        best_attempt_steps.entered_at > as_of.recent_after as is_recent,
        coalesce(
            best_attempt_steps.next_entered_at <= {{ dbt.dateadd('day', horizon, 'best_attempt_steps.entered_at') }}, false
        ) as has_advanced
    from best_attempt_steps
    inner join as_of
        on best_attempt_steps.entered_at > as_of.trailing_after
        and best_attempt_steps.entered_at <= as_of.until

),

bought as (

    select
        entered.funnel,
        entered.step_no,
        entered.person_no,
        sum(conversions.value_reporting) as value_reporting
    from entered
    inner join people on entered.person_no = people.person_no
    inner join conversions
        on people.person_key = conversions.person_key
        and entered.next_entered_at <= conversions.converted_at
    group by entered.funnel, entered.step_no, entered.person_no

),

recent_steps as (

    select
        entered.*,
        case when entered.next_entered_at is not null then coalesce(bought.value_reporting, 0) end as value_reporting
    from entered
    left join bought
        on entered.funnel = bought.funnel
        and entered.step_no = bought.step_no
        and entered.person_no = bought.person_no

)

select * from recent_steps
