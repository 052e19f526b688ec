with snapshots as (

    select * from {{ ref('int_funnel__lead_snapshots') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

companies as (

    select * from {{ ref('dim_companies') }}

),

touch_features as (

    select * from {{ ref('int_funnel__lead_touch_features') }}

),

activity_features as (

    select * from {{ ref('int_funnel__lead_activity_features') }}

),

lead_features as (

    select
        snapshots.person_key,
        snapshots.snapshot_date,
        snapshots.is_current,
        snapshots.is_training,
        snapshots.is_evaluation,
        snapshots.is_opportunity,
        snapshots.lifecycle_stage,
        coalesce(people.segment, 'unknown') as segment,
        coalesce(people.country, 'unknown') as country,
        coalesce(companies.industry, 'unknown') as industry,
        coalesce(companies.size_band, 'unknown') as size_band,
        coalesce(people.lead_source, 'unknown') as lead_source,
        coalesce(touch_features.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(touch_features.touchpoints_30d, 0) as touchpoints_30d,
        coalesce(touch_features.touchpoints_90d, 0) as touchpoints_90d,
        coalesce(touch_features.email_clicks_30d, 0) as email_clicks_30d,
        coalesce(touch_features.content_downloads_90d, 0) as content_downloads_90d,
        coalesce(touch_features.demo_requests_90d, 0) as demo_requests_90d,
        coalesce(activity_features.activities_inbound_30d, 0) as activities_inbound_30d,
        coalesce(activity_features.activities_outbound_30d, 0) as activities_outbound_30d,
        coalesce(activity_features.meetings_90d, 0) as meetings_90d,
        cast(floor({{ fractional_days('touch_features.last_touch_at', 'snapshots.snapshot_at') }}) as bigint) as days_since_last_touch,
        cast(floor({{ fractional_days('snapshots.entered_at', 'snapshots.snapshot_at') }}) as bigint) as days_in_stage,
        cast(floor({{ fractional_days('snapshots.first_entered_at', 'snapshots.snapshot_at') }}) as bigint) as days_as_lead,
        snapshots.times_recycled
    from snapshots
    inner join people
        on snapshots.person_key = people.person_key
    left join companies
        on people.company_key = companies.company_key
    left join touch_features
        on snapshots.person_key = touch_features.person_key
        and snapshots.snapshot_date = touch_features.snapshot_date
    left join activity_features
        on snapshots.person_key = activity_features.person_key
        and snapshots.snapshot_date = activity_features.snapshot_date

)

select * from lead_features
