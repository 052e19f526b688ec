with source as (

    select * from {{ source('raw_estimates', 'lead_scores') }}

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
        training_subjects as training_leads,
        training_outcomes as training_opportunities
    from source

)

select * from renamed
