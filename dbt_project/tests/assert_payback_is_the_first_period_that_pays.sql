-- Fails if a cohort's payback_period_no isn't a period of it that reaches its cost while no earlier one does, or is missing where one does.
with retention as (

    select
        *,
        cumulative_margin_per_customer >= acquisition_cost_per_customer as is_paid_back
    from {{ ref('fct_cohort_retention') }}

),

broken as (

    select
        cohort_type,
        cohort_month,
        segment_name,
        segment_value,
        count(distinct payback_period_no) as told,
        count(case when is_paid_back and payback_period_no is null then 1 end) as untold,
        count(case when is_paid_back and period_no < payback_period_no then 1 end) as earlier,
        count(case when is_paid_back and period_no = payback_period_no then 1 end) as at_it
    from retention
    group by cohort_type, cohort_month, segment_name, segment_value
    having
        count(distinct payback_period_no) > 1
        or count(case when is_paid_back and payback_period_no is null then 1 end) > 0
        or count(case when is_paid_back and period_no < payback_period_no then 1 end) > 0
        or count(case when is_paid_back and period_no = payback_period_no then 1 end) != count(distinct payback_period_no)

)

select * from broken
