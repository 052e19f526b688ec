with source as (

    select * from {{ source('raw_estimates', 'spend_predictions') }}

),

renamed as (

    select
        row_no,
        checksum,

        expected_value,
        p,
        q,
        gamma,
        log_likelihood,
        refusal,
        needed,
        fitted_customers
    from source

)

select * from renamed
