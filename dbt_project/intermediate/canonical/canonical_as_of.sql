with runs as (

    select * from {{ ref('stg_run__as_of') }}

),

moment as (

    select
        cast({{ dbt.date_trunc('day', 'as_of') }} as {{ dbt.type_timestamp() }}) as as_of,
        cast(as_of as date) as as_of_date
    from runs

)

select * from moment
