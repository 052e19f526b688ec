with source as (

    select * from {{ source('raw_estimates', 'removal_effects') }}

),

renamed as (

    select
        type_no,
        channel_no,
        checksum,

        removal_effect,
        removal_effect_value
    from source

)

select * from renamed
