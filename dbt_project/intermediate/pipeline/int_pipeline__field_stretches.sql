with stage_history as (

    select * from {{ ref('canonical_deal_stage_history') }}

),

field_history as (

    select * from {{ ref('canonical_deal_field_history') }}

),

changes as (

    select
        deal_key,
        'stage' as field,
        stage as value,
        is_closed,
        probability,
        stage_order,
        entered_at as changed_at
    from stage_history
    union all
    select
        deal_key,
        field,
        value,
        cast(null as boolean) as is_closed,
        cast(null as decimal(14, 8)) as probability,
        cast(null as integer) as stage_order,
        changed_at
    from field_history
    where field in ('amount', 'owner', 'pipeline')

),

ranked as (

    select
        *,
        {{ reporting_day('changed_at') }} as changed_on,
        row_number() over (
            partition by deal_key, field, {{ reporting_day('changed_at') }}
            order by changed_at desc nulls last, stage_order desc nulls last, value desc nulls last
        ) as recency
    from changes

),

day_ends as (

    select
        *,
        lag(changed_on) over (partition by deal_key, field order by changed_on asc nulls last) as previous_changed_on,
        lead(changed_on) over (partition by deal_key, field order by changed_on asc nulls last) as next_changed_on
    from ranked
    where recency = 1

),

-- What was before the first change is unknown; the first known value stands for it.
field_stretches as (

    select
        deal_key,
        field,
        value,
        is_closed,
        probability,
        case
            when previous_changed_on is null then cast('1000-01-01' as date)
            else changed_on
        end as from_day,
        coalesce(next_changed_on, cast('9999-12-31' as date)) as to_day,
        next_changed_on is null as is_last
    from day_ends

)

select * from field_stretches
