with snapshots as (

    select * from {{ ref('int_risk__snapshots') }}

),

numbers as (

    select
        row_number() over (order by snapshot_date asc nulls last, customer_key asc nulls last) as row_no,
        customer_no,
        customer_key,
        snapshot_date
    from snapshots

)

select * from numbers
