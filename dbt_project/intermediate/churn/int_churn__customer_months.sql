with paying_months as (

    select * from {{ ref('int_churn__paying_months') }}

),

months as (

    select * from {{ ref('int_churn__months') }}

),

months_after as (

    select
        paying_months.customer_key,
        months.period_month,
        months.next_month,
        0 as mrr_reporting,
        0 as fx_into_next_month
    from paying_months
    inner join months
        on paying_months.next_month = months.period_month

),

paying_and_months_after as (

    select * from paying_months
    union all
    select * from months_after

),

summed as (

    select
        customer_key,
        period_month,
        next_month,
        sum(mrr_reporting) as mrr_reporting,
        sum(fx_into_next_month) as fx_into_next_month
    from paying_and_months_after
    group by customer_key, period_month, next_month

),

with_previous as (

    select
        customer_key,
        period_month,
        mrr_reporting,
        row_number() over (partition by customer_key order by period_month asc nulls last) = 1 as is_first_month,
        coalesce(lag(next_month) over (partition by customer_key order by period_month asc nulls last) = period_month, false)
            as is_adjacent,
        lag(mrr_reporting) over (partition by customer_key order by period_month asc nulls last) as previous_mrr_reporting,
        lag(fx_into_next_month) over (partition by customer_key order by period_month asc nulls last) as previous_fx
    from summed

),

customer_months as (

    select
        customer_key,
        period_month,
        is_first_month,
        cast(case when is_adjacent then previous_mrr_reporting else 0 end as decimal(24, 6)) as mrr_before_reporting,
        cast(mrr_reporting as decimal(24, 6)) as mrr_after_reporting,
        cast(case when is_adjacent and mrr_reporting > 0 then previous_fx else 0 end as decimal(24, 6)) as fx_reporting
    from with_previous

)

select * from customer_months
