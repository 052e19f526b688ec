with outcomes as (

    select * from {{ ref('int_funnel__outcomes') }}

),

touches as (

    select * from {{ ref('int_funnel__touches') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

counted as (

    select
        outcomes.person_key,
        outcomes.outcome,
        min(touches.occurred_at) as first_touch_at,
        count(touches.kind) as touches,
        count(case when touches.is_touchpoint then 1 end) as touchpoints,
        {%- for kind in ['email_click', 'email_open', 'web_visit', 'call', 'email', 'meeting', 'other_activity'] %}
        count(case when touches.kind = '{{ kind }}' then 1 end) as {{ kind }}_count{{ ',' if not loop.last }}
        {%- endfor %}
    from outcomes
    inner join touches
        on outcomes.person_key = touches.person_key
        and touches.occurred_at <= outcomes.reached_at
    group by outcomes.person_key, outcomes.outcome

),

touches_to_outcome as (

    select
        outcomes.person_key,
        outcomes.outcome,
        people.contact_id,
        outcomes.reached_at,
        counted.first_touch_at,
        {{ fractional_days('counted.first_touch_at', 'outcomes.reached_at') }} as days_from_first_touch,
        coalesce(counted.touches, 0) as touches,
        coalesce(counted.touchpoints, 0) as touchpoints,
        coalesce(counted.email_click_count, 0) as email_clicks,
        coalesce(counted.email_open_count, 0) as email_opens,
        coalesce(counted.web_visit_count, 0) as web_visits,
        coalesce(counted.call_count, 0) as calls,
        coalesce(counted.email_count, 0) as emails,
        coalesce(counted.meeting_count, 0) as meetings,
        coalesce(counted.other_activity_count, 0) as other_activities,
        coalesce(people.segment, 'unknown') as segment
    from outcomes
    left join counted
        on outcomes.person_key = counted.person_key
        and outcomes.outcome = counted.outcome
    left join people on outcomes.person_key = people.person_key
    order by outcomes.person_key, outcomes.outcome

)

select * from touches_to_outcome
