with deals as (

    select * from {{ ref('canonical_deal_lives') }}
    where created_at is not null and not (is_closed and closed_at is null)

),

stage_changes as (

    select * from {{ ref('int_pipeline__stage_changes') }}

),

told_values as (

    select
        history.*,
        row_number() over (
            partition by history.deal_key, history.field
            order by history.changed_at, history.value nulls first
        ) as change_no,
        row_number() over (
            partition by history.deal_key, history.field
            order by history.changed_at desc, history.value desc nulls last
        ) as recency
    from {{ ref('canonical_deal_field_history') }} as history

),

-- The first known value stands for those before it; the last one is the record's, which may know more than the history.
changes as (

    select deal_key, moment, 'stage' as field, cast(entry_no as {{ dbt.type_string() }}) as value, entry_no as change_no
    from stage_changes
    {%- for field in ['amount', 'owner', 'pipeline', 'close_date_expected'] %}
    union all
    select
        deals.deal_key,
        case
            when coalesce(told_values.change_no, 1) = 1 then deals.created_at
            else greatest(told_values.changed_at, deals.created_at)
        end as moment,
        '{{ field }}' as field,
        case
            when told_values.recency > 1 then told_values.value
            else cast(deals.{{ field }} as {{ dbt.type_string() }})
        end as value,
        coalesce(told_values.change_no, 1) as change_no
    from deals
    left join told_values
        on deals.deal_key = told_values.deal_key
        and told_values.field = '{{ field }}'
    {%- endfor %}

),

ranked as (

    select
        *,
        row_number() over (partition by deal_key, field, moment order by change_no desc) as recency_at_moment
    from changes

),

last_of_moment as (

    select
        deal_key,
        moment,
        field,
        value
    from ranked
    where recency_at_moment = 1

)

select * from last_of_moment
