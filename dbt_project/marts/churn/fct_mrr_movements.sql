with customer_months as (

    select * from {{ ref('int_churn__customer_months') }}

),

last_endings as (

    select * from {{ ref('int_churn__last_endings') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

changes as (

    select
        customer_key,
        period_month,
        case
            when is_first_month then 'new'
            when mrr_before_reporting = 0 then 'reactivation'
            when mrr_after_reporting = 0 then 'churn'
            when mrr_after_reporting - mrr_before_reporting - fx_reporting > 0 then 'expansion'
            else 'contraction'
        end as movement,
        mrr_before_reporting,
        mrr_after_reporting,
        mrr_after_reporting - mrr_before_reporting - fx_reporting as amount_reporting
    from customer_months

),

rate_changes as (

    select
        customer_key,
        period_month,
        'fx' as movement,
        mrr_before_reporting,
        mrr_after_reporting,
        fx_reporting as amount_reporting
    from customer_months

),

all_movements as (

    select * from changes
    union all
    select * from rate_changes

),

mrr_movements as (

    select
        all_movements.customer_key,
        customers.customer_id,
        all_movements.period_month,
        all_movements.movement,
        case when all_movements.movement = 'churn' then last_endings.churn_type end as churn_type,
        all_movements.mrr_before_reporting,
        all_movements.mrr_after_reporting,
        cast(all_movements.amount_reporting as decimal(24, 6)) as amount_reporting,
        coalesce(customers.segment, 'unknown') as segment
    from all_movements
    left join last_endings
        on all_movements.customer_key = last_endings.customer_key
        and all_movements.period_month = last_endings.period_month
    left join customers
        on all_movements.customer_key = customers.customer_key
    where all_movements.amount_reporting != 0
    order by all_movements.period_month, all_movements.customer_key, all_movements.movement

)

select * from mrr_movements
