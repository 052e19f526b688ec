with source as (

    select * from {{ source('run', 'published_figures') }}

),

renamed as (

    select
        figure,
        channel,
        model,
        conversion_type,
        reason,
        version,
        stood_since,

        cast(value_before as decimal(38, 9)) as value_before,
        cast(value_after as decimal(38, 9)) as value_after,

        cast(period_month as date) as period_month
    from source

)

select * from renamed
