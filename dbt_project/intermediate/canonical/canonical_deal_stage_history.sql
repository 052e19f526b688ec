with changes as (

    select * from {{ ref('canonical_deal_stage_changes') }}

),

history as (

    select
        deal_key,
        stage,
        source_stage,
        stage_order,
        is_closed,
        is_won,
        probability,
        entered_at
    from changes
    where not is_later

)

select * from history
