-- Fails if the learnt probability is judged on other customers or losses than one number for everybody is.
with judged as (

    select
        method,
        sum(customers) as customers,
        sum(lost) as lost
    from {{ ref('fct_churn_risk_backtest') }}
    group by method

)

select
    learnt.customers,
    learnt.lost,
    base_rate.customers as customers_of_base_rate,
    base_rate.lost as lost_of_base_rate
from judged as learnt
left join judged as base_rate
    on base_rate.method = 'base_rate'
where
    learnt.method = 'learnt'
    and (
        base_rate.customers is null
        or learnt.customers != base_rate.customers
        or learnt.lost != base_rate.lost
    )
