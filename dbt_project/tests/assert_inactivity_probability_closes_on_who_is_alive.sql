-- Fails if the last month of fct_churn_monthly doesn't close, by inactivity_probability, on the customers whose probability_alive in
-- fct_customer_value is alive_probability_floor or more. Who bought at as_of itself may have done so in the month after, and a
-- probability within its rounding of the floor may be either.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

customer_value as (

    select * from {{ ref('fct_customer_value') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}
    where definition = 'inactivity_probability'
        and segment_name = 'all'

),

alive as (

    select
        count(case when probability_alive >= {{ var('alive_probability_floor') }} + 0.000001 and recency_days > 0 then 1 end) as at_least,
        count(case when probability_alive >= {{ var('alive_probability_floor') }} - 0.000001 or recency_days = 0 then 1 end) as at_most
    from customer_value

),

last_closing as (

    select coalesce(max(churn_monthly.closing), 0) as closing
    from as_of
    left join churn_monthly
        on churn_monthly.period_month = {{ reporting_month("as_of.as_of - interval '1 microsecond'") }}

),

broken as (

    select *
    from alive
    cross join last_closing
    where last_closing.closing not between alive.at_least and alive.at_most

)

select * from broken
