with source as (

    select * from {{ source('raw_estimates', 'term_projections') }}

),

renamed as (

    select
        fit_no,
        term,
        checksum,

        survival,
        residual_terms,
        alpha,
        beta,
        log_likelihood,
        refusal,
        needed,
        fitted_customers
    from source

)

select * from renamed
