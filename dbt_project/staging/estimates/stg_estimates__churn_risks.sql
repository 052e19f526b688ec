with source as (

    select * from {{ source('raw_estimates', 'churn_risks') }}

),

renamed as (

    select
        row_no,
        checksum,

        score,
        auc,
        reason_1,
        reason_2,
        reason_3,
        refusal,
        needed,
        training_subjects as training_customers,
        training_outcomes as training_losses
    from source

)

select * from renamed
