with snapshots as (

    select * from {{ ref('int_funnel__lead_snapshots') }}

),

lead_numbers as (

    select
        row_number() over (order by snapshot_date asc nulls last, person_key asc nulls last) as row_no,
        dense_rank() over (order by person_key asc nulls last) as lead_no,
        person_key,
        snapshot_date
    from snapshots

)

select * from lead_numbers
