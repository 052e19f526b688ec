with source as (

    select * from {{ source('raw_estimates', 'credit_intervals') }}

),

renamed as (

    select
        type_no,
        model_no,
        channel_no,
        checksum,

        conversions_low,
        conversions_high,
        value_low,
        value_high
    from source

)

select * from renamed
