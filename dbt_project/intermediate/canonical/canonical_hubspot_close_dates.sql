with stage_changes as (

    select
        history.object_id as deal_id,
        history.changed_at,
        coalesce(stages.is_closed, false) as is_closed,
        {{ stage_order() }} as stage_order
    from (
        select *, 'hubspot' as source_system from {{ ref('stg_hubspot__property_history') }}
        where object_type = 'deals' and property_name = 'dealstage'
    ) as history
    {{ stage_map_join('history', 'deal', 'value') }}

),

date_changes as (

    select
        object_id as deal_id,
        changed_at,
        case
            when value not like '%-%'
                then substring(cast({{ dbt.dateadd(
                    'second',
                    'cast(' ~ dbt.safe_cast('value', 'bigint') ~ ' / 1000 as integer)',
                    "cast('1970-01-01' as timestamp)"
                ) }} as {{ dbt.type_string() }}), 1, 10)
            else substring(value, 1, 10)
        end as value,
        row_number() over (partition by object_id order by changed_at, value) as change_no
    from {{ ref('stg_hubspot__property_history') }}
    where object_type = 'deals' and property_name = 'closedate' and coalesce(source_type, '') != 'CALCULATED'

),

together as (

    select deal_id, changed_at, 0 as is_date, stage_order, is_closed,
        cast(null as {{ dbt.type_string() }}) as value, cast(null as bigint) as change_no
    from stage_changes
    union all
    select deal_id, changed_at, 1 as is_date, cast(null as integer) as stage_order, cast(null as boolean) as is_closed,
        value, change_no
    from date_changes

),

numbered as (

    select
        *,
        sum(1 - is_date) over (
            partition by deal_id
            order by changed_at, is_date, stage_order nulls last
            rows between unbounded preceding and current row
        ) as stage_no
    from together

),

with_state as (

    select
        *,
        max(case when is_closed then 1 else 0 end) over (partition by deal_id, stage_no) = 1 as is_closed_then
    from numbered

),

-- The date of a closed deal is that of its closing; only the first one can't have been told before.
expected_dates as (

    select
        deal_id,
        value,
        changed_at
    from with_state
    where is_date = 1 and (change_no = 1 or not is_closed_then)

)

select * from expected_dates
