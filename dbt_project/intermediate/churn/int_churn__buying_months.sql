with months as (

    select * from {{ ref('int_churn__months') }}

),

orders as (

    select * from {{ ref('canonical_orders') }}

),

inactive_after as (

    select
        customer_key,
        ordered_at,
        {{ dbt.dateadd('day', var('inactivity_churn_days'), 'ordered_at') }} as inactive_at
    from orders
    where is_purchase

),

active_stretches as (

    select
        customer_key,
        inactive_at,
        {{ reporting_month('ordered_at') }} as ordered_month,
        {{ reporting_month('inactive_at') }} as inactive_month
    from inactive_after

),

-- inactive_at is the first moment of inactivity: on the 1st of a month it doesn't reach the last moment of the month before.
buying_months as (

    select distinct
        active_stretches.customer_key,
        months.period_month,
        months.next_month
    from active_stretches
    inner join months
        on active_stretches.ordered_month <= months.period_month
        and (
            active_stretches.inactive_month > months.period_month
            or active_stretches.inactive_at > months.as_of
        )

)

select * from buying_months
