with cohorts as (

    select * from {{ ref('int_cohorts__cohorts') }}

),

months as (

    select * from {{ ref('int_cohorts__months') }}

),

periods as (

    select
        cohorts.*,
        months.period_month,
        cast({{ dbt.datediff('cohorts.cohort_month', 'months.period_month', 'month') }} as integer) as period_no,
        months.is_complete
    from cohorts
    inner join months
        on cohorts.cohort_month <= months.period_month

)

select * from periods
