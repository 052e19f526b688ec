with best_attempt_steps as (

    select * from {{ ref('int_funnel__best_attempt_steps') }}
    where next_entered_at is not null or days_until_censored is not null

),

cohort_steps as (

    select * from {{ ref('int_funnel__cohort_steps') }}
    where advanced > 0

),

segment_names as (

    {{ funnel_segment_names() }}

),

split as (

    select
        best_attempt_steps.funnel,
        best_attempt_steps.order_mode,
        best_attempt_steps.cohort_month,
        best_attempt_steps.step_no,
        segment_names.segment_name,
        {{ funnel_segment_value('best_attempt_steps', 'segment_names') }} as segment_value,
        best_attempt_steps.next_entered_at is not null as has_advanced,
        coalesce(best_attempt_steps.days_to_next, best_attempt_steps.days_until_censored) as days
    from best_attempt_steps
    cross join segment_names

),

waits as (

    select
        cohort_steps.cohort_step_no,
        split.has_advanced,
        split.days,
        cohort_steps.entered + 1
        - rank() over (partition by cohort_steps.cohort_step_no order by split.days asc nulls last) as at_risk
    from split
    inner join cohort_steps
        on split.funnel = cohort_steps.funnel
        and split.order_mode = cohort_steps.order_mode
        and split.cohort_month = cohort_steps.cohort_month
        and split.step_no = cohort_steps.step_no
        and split.segment_name = cohort_steps.segment_name
        and split.segment_value = cohort_steps.segment_value

),

advances as (

    select * from waits
    where has_advanced

),

-- Kaplan and Meier: of those still waiting after so many days, the share that then advanced.
at_each_wait as (

    select
        cohort_step_no,
        days,
        count(*) as advanced,
        max(at_risk) as at_risk
    from advances
    group by cohort_step_no, days

),

-- A sum of decimals is the same in any order, and the product of what is left is the exponential of a sum.
still_waiting as (

    select
        cohort_step_no,
        case
            when max(case when advanced = at_risk then 1 else 0 end) = 1 then 0
            else exp(cast(sum(
                cast(ln(1 - cast(advanced as double) / case when advanced < at_risk then at_risk end) as decimal(38, 18))
            ) as double))
        end as share
    from at_each_wait
    group by cohort_step_no

),

medians as (

    select
        cohort_step_no,
        {{ median('days') }} as median_days_to_next
    from advances
    group by cohort_step_no

),

time_to_next as (

    select
        medians.cohort_step_no,
        medians.median_days_to_next,
        1 - still_waiting.share as matured_rate
    from medians
    inner join still_waiting on medians.cohort_step_no = still_waiting.cohort_step_no

)

select * from time_to_next
