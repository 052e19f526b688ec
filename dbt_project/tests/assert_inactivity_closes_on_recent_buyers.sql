-- Fails if the last month of fct_churn_monthly doesn't close, by inactivity, on the customers who bought in the last
-- inactivity_churn_days before as_of, or before that month's end where as_of is the first moment of another.
with as_of as (

    select
        as_of,
        {{ reporting_month("as_of - interval '1 microsecond'") }} as last_month
    from {{ ref('canonical_as_of') }}

),

purchases as (

    select
        customer_key,
        ordered_at,
        {{ dbt.dateadd('day', var('inactivity_churn_days'), 'ordered_at') }} as inactive_at
    from {{ ref('canonical_orders') }}
    where is_purchase

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}
    where definition = 'inactivity'
        and segment_name = 'all'

),

recent_buyers as (

    select count(distinct purchases.customer_key) as customers
    from purchases
    inner join as_of
        on {{ reporting_month('purchases.ordered_at') }} <= as_of.last_month
        and ({{ reporting_month('purchases.inactive_at') }} > as_of.last_month or purchases.inactive_at > as_of.as_of)

),

last_closing as (

    select coalesce(max(churn_monthly.closing), 0) as closing
    from as_of
    left join churn_monthly
        on as_of.last_month = churn_monthly.period_month

),

broken as (

    select
        recent_buyers.customers,
        last_closing.closing
    from recent_buyers
    cross join last_closing
    where recent_buyers.customers != last_closing.closing

)

select * from broken
