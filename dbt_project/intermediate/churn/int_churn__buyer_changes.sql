with buying_months as (

    select * from {{ ref('int_churn__buying_months') }}

),

months as (

    select * from {{ ref('int_churn__months') }}

),

months_after as (

    select
        buying_months.definition,
        buying_months.customer_key,
        months.period_month,
        months.next_month,
        0 as is_buying
    from buying_months
    inner join months
        on buying_months.next_month = months.period_month

),

buying_and_months_after as (

    select definition, customer_key, period_month, next_month, 1 as is_buying
    from buying_months
    union all
    select * from months_after

),

states as (

    select
        definition,
        customer_key,
        period_month,
        next_month,
        max(is_buying) as is_buying
    from buying_and_months_after
    group by definition, customer_key, period_month, next_month

),

with_previous as (

    select
        definition,
        customer_key,
        period_month,
        is_buying,
        case
            when lag(next_month) over (partition by definition, customer_key order by period_month asc nulls last) = period_month
                then lag(is_buying) over (partition by definition, customer_key order by period_month asc nulls last)
            else 0
        end as was_buying,
        row_number() over (partition by definition, customer_key order by period_month asc nulls last) as state_no
    from states

),

buyer_changes as (

    select
        definition,
        customer_key,
        period_month,
        case
            when state_no = 1 then 'gained'
            when is_buying = 1 then 'returned'
            else 'lost'
        end as change
    from with_previous
    where is_buying != was_buying

)

select * from buyer_changes
