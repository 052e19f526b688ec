with deals as (

    select * from {{ ref('canonical_deal_records') }}

),

changes as (

    select
        *,
        max(case when is_later then 1 else 0 end) over (partition by source_system, deal_id) = 1 as changed_later,
        row_number() over (
            partition by source_system, deal_id
            order by
                case when is_later then 1 else 0 end,
                case when not is_later then changed_at end desc nulls last,
                changed_at
        ) as change_no
    from {{ ref('canonical_deal_field_changes') }}
    where field = 'amount'

),

amounts as (

    select
        deals.deal_key,
        case
            when changes.changed_later then {{ dbt.safe_cast('changes.value', 'decimal(24, 6)') }}
            else deals.amount
        end as amount
    from deals
    left join changes
        on deals.source_system = changes.source_system
        and deals.deal_id = changes.deal_id
        and changes.change_no = 1

)

select * from amounts
