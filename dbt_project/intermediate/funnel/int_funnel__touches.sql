with touchpoints as (

    select * from {{ ref('fct_touchpoints') }}
    where person_key is not null

),

activities as (

    select * from {{ ref('fct_activities') }}
    where person_key is not null

),

activity_touchpoints as (

    select activity_key from touchpoints
    where activity_key is not null

),

-- An activity is one touch, whether it is a touchpoint or what sales did or both.
touches as (

    select
        person_key,
        occurred_at,
        case when touch_type in ('email_click', 'email_open') then touch_type else 'web_visit' end as kind,
        true as is_touchpoint
    from touchpoints
    where activity_key is null
    union all
    select
        activities.person_key,
        activities.occurred_at,
        case when activities.type in ('call', 'email', 'meeting') then activities.type else 'other_activity' end as kind,
        activity_touchpoints.activity_key is not null as is_touchpoint
    from activities
    left join activity_touchpoints on activities.activity_key = activity_touchpoints.activity_key
    where activities.direction = 'outbound' or activity_touchpoints.activity_key is not null

)

select * from touches
