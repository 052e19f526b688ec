with source as (

    select * from {{ source('raw_estimates', 'sales_forecasts') }}

),

renamed as (

    select
        forecast_no,

        checksum,
        p10,
        p50,
        p90,
        probability_of_target
    from source

)

select * from renamed
