{{ config(materialized='view') }}

with activities as (

    select * from {{ ref('canonical_all_activities') }}

),

rules as (

    select
        lower(trim(type)) as type,
        lower(trim(direction)) as direction,
        lower(trim(channel)) as channel
    from {{ ref('activity_channels') }}

),

touches as (

    select
        {{ dbt.concat(["'activity:'", 'activities.activity_id']) }} as touchpoint_id,
        activities.source_system,
        activities.activity_key,
        activities.person_key,
        activities.occurred_at,
        coalesce(with_direction.channel, without_direction.channel) as channel,
        activities.activity_type as touch_type,
        activities.excluded_by
    from activities
    left join rules as with_direction
        on activities.activity_type = with_direction.type
        and activities.direction = with_direction.direction
    left join rules as without_direction
        on activities.activity_type = without_direction.type
        and without_direction.direction is null

),

activity_touches as (

    select * from touches
    where channel is not null

)

select * from activity_touches
