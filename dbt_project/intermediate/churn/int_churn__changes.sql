with movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

within_month_spells as (

    select * from {{ ref('int_churn__within_month_spells') }}

),

buyer_changes as (

    select * from {{ ref('int_churn__buyer_changes') }}

),

revenue as (

    select
        'revenue' as definition,
        'money' as unit,
        customer_key,
        period_month,
        case movement
            when 'new' then 'gained'
            when 'reactivation' then 'returned'
            when 'churn' then 'lost'
            else movement
        end as change,
        churn_type,
        case when movement = 'fx' then amount_reporting else abs(amount_reporting) end as quantity
    from movements

),

customers as (

    select customer_key, period_month, change, churn_type, 1 as quantity
    from revenue
    where change in ('gained', 'returned', 'lost')

),

-- Who came and left within a month before any month's end saw him has been a customer already when he is first seen.
first_within_month as (

    select customer_key from within_month_spells
    where spell_no = 1

),

customers_and_within_month as (

    select
        customers.customer_key,
        customers.period_month,
        case when customers.change = 'gained' and first_within_month.customer_key is not null then 'returned' else customers.change end
            as change,
        customers.churn_type,
        customers.quantity
    from customers
    left join first_within_month
        on customers.customer_key = first_within_month.customer_key
    union all
    select
        customer_key,
        period_month,
        case when spell_no = 1 then 'gained' else 'returned' end as change,
        null as churn_type,
        1 as quantity
    from within_month_spells
    union all
    select customer_key, period_month, 'lost' as change, churn_type, 1 as quantity
    from within_month_spells

),

changes as (

    select definition, unit, customer_key, period_month, change, churn_type, quantity
    from revenue
    union all
    select 'logo' as definition, 'customers' as unit, customer_key, period_month, change, churn_type, quantity
    from customers
    union all
    select 'same_month_excluded' as definition, 'customers' as unit, customer_key, period_month, change, churn_type, quantity
    from customers
    union all
    select 'same_month_included' as definition, 'customers' as unit, customer_key, period_month, change, churn_type, quantity
    from customers_and_within_month
    union all
    select definition, 'customers' as unit, customer_key, period_month, change, null as churn_type, 1 as quantity
    from buyer_changes

)

select * from changes
