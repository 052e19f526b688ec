with states as (

    select * from {{ ref('int_pipeline__forecast_states') }}
    where not is_closed

),

standings as (

    select
        as_of_date,
        deal_key,
        pipeline,
        stage_told as stage,
        case
            when {{ dbt.dateadd('day', 30, 'in_stage_since') }} > cast(as_of_date as {{ dbt.type_timestamp() }}) then 0
            when {{ dbt.dateadd('day', 90, 'in_stage_since') }} > cast(as_of_date as {{ dbt.type_timestamp() }}) then 30
            else 90
        end as days_in_stage_from,
        coalesce(close_date_expected < as_of_date, false) as is_overdue,
        cast({{ dbt.date_trunc('month', 'close_date_expected') }} as date) as due_month
    from states

)

select * from standings
