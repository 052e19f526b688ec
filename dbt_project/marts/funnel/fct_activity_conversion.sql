with activities as (

    select * from {{ ref('fct_activities') }}

),

credited as (

    select * from {{ ref('int_funnel__credited_activities') }}

),

counted as (

    select
        {{ reporting_month('activities.occurred_at') }} as period_month,
        coalesce(activities.owner, 'unknown') as owner,
        activities.type,
        activities.prospecting,
        count(*) as activities,
        count(case when credited.reply_count > 0 then 1 end) as replied,
        cast(sum(credited.meeting_count) as bigint) as meetings,
        cast(sum(credited.opportunity_count) as bigint) as opportunities,
        cast(sum(credited.won_count) as bigint) as wins
    from activities
    inner join credited on activities.activity_key = credited.activity_key
    group by
        {{ reporting_month('activities.occurred_at') }},
        coalesce(activities.owner, 'unknown'),
        activities.type,
        activities.prospecting

),

activity_conversion as (

    select
        *,
        cast(replied as double) / activities as reply_rate,
        cast(meetings as double) / activities as meeting_rate,
        cast(opportunities as double) / activities as opportunity_rate,
        cast(wins as double) / activities as win_rate
    from counted
    order by period_month, owner, type, prospecting

)

select * from activity_conversion
