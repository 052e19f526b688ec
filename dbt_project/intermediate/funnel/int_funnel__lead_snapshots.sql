with snapshot_dates as (

    select * from {{ ref('int_funnel__lead_snapshot_dates') }}

),

history as (

    select
        person_key,
        stage,
        stage_order,
        entered_at
    from {{ ref('canonical_lifecycle_history') }}

),

-- Whose stage is on the record alone is a lead today; since when, nobody knows, so no earlier snapshot has it.
entries as (

    select person_key, stage, stage_order, entered_at, true as has_history from history
    union all
    select people.person_key, people.lifecycle_stage, 0 as stage_order, as_of.as_of as entered_at, false as has_history
    from {{ ref('canonical_people') }} as people
    cross join {{ ref('canonical_as_of') }} as as_of
    where
        people.lifecycle_stage is not null
        and people.person_key not in (select person_key from history)

),

ordered as (

    select
        *,
        lag(stage) over (
            partition by person_key order by entered_at asc nulls last, stage_order asc nulls last, stage desc nulls last
        ) as previous_stage,
        lag(stage_order) over (
            partition by person_key order by entered_at asc nulls last, stage_order asc nulls last, stage desc nulls last
        ) as previous_stage_order
    from entries

),

changes as (

    select
        *,
        min(entered_at) over (partition by person_key) as first_entered_at,
        sum(case when stage_order < previous_stage_order then 1 else 0 end) over (
            partition by person_key
            order by entered_at asc nulls last, stage_order asc nulls last, stage desc nulls last
            rows between unbounded preceding and current row
        ) as times_recycled,
        lead(entered_at) over (
            partition by person_key order by entered_at asc nulls last, stage_order asc nulls last, stage desc nulls last
        ) as left_at
    from ordered
    where previous_stage is null or previous_stage != stage

),

opportunities as (

    select person_key, min(converted_at) as first_opportunity_at
    from {{ ref('fct_conversions') }}
    where conversion_type in ('opportunity', 'won') and person_key is not null
    group by person_key

),

lead_snapshots as (

    select
        changes.person_key,
        snapshot_dates.snapshot_date,
        snapshot_dates.snapshot_at,
        snapshot_dates.is_current,
        snapshot_dates.is_training,
        snapshot_dates.is_evaluation,
        changes.stage as lifecycle_stage,
        case when changes.has_history then changes.entered_at end as entered_at,
        case when changes.has_history then changes.first_entered_at end as first_entered_at,
        cast(changes.times_recycled as bigint) as times_recycled,
        case
            when snapshot_dates.has_outcome
                then coalesce(opportunities.first_opportunity_at <= snapshot_dates.outcome_until, false)
        end as is_opportunity
    from changes
    inner join snapshot_dates
        on changes.entered_at <= snapshot_dates.snapshot_at
        and coalesce(changes.left_at > snapshot_dates.snapshot_at, true)
    left join opportunities
        on changes.person_key = opportunities.person_key
    where
        changes.stage in ('lead', 'mql', 'sal', 'sql')
        and coalesce(opportunities.first_opportunity_at > snapshot_dates.snapshot_at, true)

)

select * from lead_snapshots
