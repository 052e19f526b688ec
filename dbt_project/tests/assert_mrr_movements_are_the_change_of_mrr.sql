-- Fails if the movements of a customer and month don't sum to the change of its revenue since the month before.
with mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

mrr_movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

last_month as (

    select max(period_month) as period_month from {{ ref('fct_churn_monthly') }}

),

both_sides as (

    select
        customer_key,
        period_month,
        mrr_reporting as change_of_mrr,
        0 as movements
    from mrr_monthly
    union all
    select
        customer_key,
        cast({{ dbt.dateadd('month', 1, 'period_month') }} as date) as period_month,
        -mrr_reporting as change_of_mrr,
        0 as movements
    from mrr_monthly
    union all
    select
        customer_key,
        period_month,
        0 as change_of_mrr,
        amount_reporting as movements
    from mrr_movements

),

broken as (

    select
        both_sides.customer_key,
        both_sides.period_month,
        sum(both_sides.change_of_mrr) as change_of_mrr,
        sum(both_sides.movements) as movements
    from both_sides
    inner join last_month
        on both_sides.period_month <= last_month.period_month
    group by both_sides.customer_key, both_sides.period_month
    having sum(both_sides.change_of_mrr) != sum(both_sides.movements)

)

select * from broken
