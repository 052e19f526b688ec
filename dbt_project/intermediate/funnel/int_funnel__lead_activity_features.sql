with snapshots as (

    select
        person_key,
        snapshot_date,
        snapshot_at,
        {{ dbt.dateadd('day', -30, 'snapshot_at') }} as month_before,
        {{ dbt.dateadd('day', -90, 'snapshot_at') }} as quarter_before
    from {{ ref('int_funnel__lead_snapshots') }}

),

activities as (

    select * from {{ ref('fct_activities') }}
    where person_key is not null

),

activity_features as (

    select
        snapshots.person_key,
        snapshots.snapshot_date,
        count(case when activities.occurred_at >= snapshots.month_before and activities.direction = 'inbound' then 1 end)
            as activities_inbound_30d,
        count(case when activities.occurred_at >= snapshots.month_before and activities.direction = 'outbound' then 1 end)
            as activities_outbound_30d,
        count(case when activities.type = 'meeting' then 1 end) as meetings_90d
    from snapshots
    inner join activities
        on snapshots.person_key = activities.person_key
        and activities.occurred_at >= snapshots.quarter_before
        and activities.occurred_at <= snapshots.snapshot_at
    group by snapshots.person_key, snapshots.snapshot_date

)

select * from activity_features
