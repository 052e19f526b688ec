{%- set fields = ['amount', 'owner', 'pipeline', 'close_date_expected'] -%}

with deals as (

    select * from {{ ref('canonical_deal_records') }}

),

changes as (

    select
        *,
        max(case when is_later then 1 else 0 end) over (partition by source_system, deal_id, field) as changes_later,
        row_number() over (
            partition by source_system, deal_id, field
            order by
                case when is_later then 1 else 0 end,
                case when not is_later then changed_at end desc nulls last,
                changed_at,
                value desc nulls last
        ) as change_no
    from {{ ref('canonical_deal_field_changes') }}

),

standing as (

    select
        source_system,
        deal_id,
        {%- for field in fields %}
        max(case when field = '{{ field }}' then value end) as {{ field }},
        max(case when field = '{{ field }}' then changes_later else 0 end) = 1 as {{ field }}_changes_later{{ ',' if not loop.last }}
        {%- endfor %}
    from changes
    where change_no = 1
    group by source_system, deal_id

),

deal_values as (

    select
        deals.deal_key,
        case
            when standing.amount_changes_later then {{ dbt.safe_cast('standing.amount', 'decimal(24, 6)') }}
            else deals.amount
        end as amount,
        case when standing.owner_changes_later then standing.owner else deals.owner end as owner,
        case when standing.pipeline_changes_later then standing.pipeline else deals.pipeline end as pipeline,
        -- HubSpot's record overwrites the expected date by the actual one; only its history still has it.
        case
            when standing.close_date_expected_changes_later or deals.source_system = 'hubspot'
                then {{ dbt.safe_cast('standing.close_date_expected', 'date') }}
            else deals.close_date_expected
        end as close_date_expected
    from deals
    left join standing
        on deals.source_system = standing.source_system
        and deals.deal_id = standing.deal_id

)

select * from deal_values
