with lives as (

    select * from {{ ref('canonical_deal_lives') }}

),

living as (

    select
        deal_key,
        source_system,
        deal_id,
        person_key,
        company_key,
        customer_key,
        name,
        pipeline,
        stage,
        source_stage,
        stage_order,
        created_at,
        closed_at,
        is_closed,
        is_won,
        amount,
        currency,
        amount_reporting,
        owner,
        product,
        deal_type,
        lead_source,
        segment,
        close_date_expected,
        probability,
        probability_source,
        deal_probability,
        lost_reason,
        competitor,
        next_activity_at,
        last_activity_at,
        delivered_at,
        updated_at
    from lives
    where deleted_at is null

)

select * from living
