with snapshots as (

    select
        person_key,
        snapshot_date,
        snapshot_at,
        {{ dbt.dateadd('day', -30, 'snapshot_at') }} as month_before,
        {{ dbt.dateadd('day', -90, 'snapshot_at') }} as quarter_before
    from {{ ref('int_funnel__lead_snapshots') }}

),

touches as (

    select * from {{ ref('canonical_known_touches') }}

),

known_touches as (

    select
        snapshots.*,
        touches.occurred_at,
        touches.channel,
        touches.touch_type,
        touches.content_type,
        touches.is_activity,
        row_number() over (
            partition by snapshots.person_key, snapshots.snapshot_date
            order by touches.occurred_at asc nulls last, touches.touchpoint_id asc nulls last
        ) as touch_no
    from snapshots
    inner join touches
        on snapshots.person_key = touches.person_key
        and touches.known_at <= snapshots.snapshot_at

),

-- Activities are signals of their own, by direction and type.
touch_features as (

    select
        person_key,
        snapshot_date,
        max(case when touch_no = 1 then channel end) as acquisition_channel,
        count(case when occurred_at >= month_before and not is_activity then 1 end) as touchpoints_30d,
        count(case when occurred_at >= quarter_before and not is_activity then 1 end) as touchpoints_90d,
        count(case when occurred_at >= month_before and touch_type = 'email_click' then 1 end) as email_clicks_30d,
        count(case when occurred_at >= quarter_before and content_type not in ('page', 'form') then 1 end)
            as content_downloads_90d,
        count(case when occurred_at >= quarter_before and touch_type = 'demo_request' then 1 end) as demo_requests_90d,
        max(occurred_at) as last_touch_at
    from known_touches
    group by person_key, snapshot_date

)

select * from touch_features
