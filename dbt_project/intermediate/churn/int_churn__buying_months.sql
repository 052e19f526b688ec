with months as (

    select * from {{ ref('int_churn__months') }}

),

recent_stretches as (

    select * from {{ ref('int_churn__recent_stretches') }}

),

alive_stretches as (

    select * from {{ ref('int_churn__alive_stretches') }}

),

stretches as (

    select 'inactivity' as definition, customer_key, bought_month, inactive_at, inactive_month
    from recent_stretches
    union all
    select 'inactivity_probability' as definition, customer_key, bought_month, inactive_at, inactive_month
    from alive_stretches

),

-- inactive_at is the first moment of inactivity: on the 1st of a month it doesn't reach the last moment of the month before.
buying_months as (

    select distinct
        stretches.definition,
        stretches.customer_key,
        months.period_month,
        months.next_month
    from stretches
    inner join months
        on stretches.bought_month <= months.period_month
        and (
            stretches.inactive_month > months.period_month
            or stretches.inactive_at > months.as_of
        )

)

select * from buying_months
