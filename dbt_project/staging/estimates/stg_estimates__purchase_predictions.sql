with source as (

    select * from {{ source('raw_estimates', 'purchase_predictions') }}

),

renamed as (

    select
        row_no,
        checksum,

        probability_alive,
        expected_orders,
        r,
        alpha,
        a,
        b,
        log_likelihood,
        refusal,
        needed,
        fitted_customers
    from source

)

select * from renamed
