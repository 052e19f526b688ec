with changes as (

    select * from {{ ref('canonical_deal_field_changes') }}
    where not is_later

),

deals as (

    select * from {{ ref('canonical_deal_records') }}

),

excluded_deals as (

    select * from {{ ref('canonical_excluded_deals') }}

),

history as (

    select
        deals.deal_key,
        changes.field,
        changes.value,
        changes.changed_at
    from changes
    inner join deals
        on changes.source_system = deals.source_system
        and changes.deal_id = deals.deal_id
        and (deals.deleted_at is null or changes.changed_at <= deals.deleted_at)
    left join excluded_deals on deals.deal_key = excluded_deals.deal_key
    where excluded_deals.deal_key is null

)

select * from history
