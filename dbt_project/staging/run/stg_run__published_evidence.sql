with source as (

    select * from {{ source('run', 'published_evidence') }}

),

renamed as (

    select
        subject,
        detail,
        rows_seen,
        people_seen,
        values_seen,

        cast(row_count as bigint) as row_count,

        cast(period_month as date) as period_month
    from source

)

select * from renamed
