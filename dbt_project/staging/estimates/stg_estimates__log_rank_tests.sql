with source as (

    select * from {{ source('raw_estimates', 'log_rank_tests') }}

),

renamed as (

    select
        name_no,
        checksum,

        chi_square,
        degrees_of_freedom,
        p_value,
        refusal
    from source

)

select * from renamed
