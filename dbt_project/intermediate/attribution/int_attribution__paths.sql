with subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

milestones as (

    select * from {{ ref('int_attribution__milestones') }}

),

touches as (

    select
        subjects.conversion_key,
        subjects.converted_at,
        touchpoints.touchpoint_key,
        touchpoints.occurred_at,
        touchpoints.channel,
        touchpoints.campaign_key,
        row_number() over (
            partition by subjects.conversion_key
            order by
                touchpoints.occurred_at asc nulls last,
                touchpoints.touchpoint_id asc nulls last,
                touchpoints.touchpoint_key asc nulls last
        ) as touch_no,
        count(*) over (partition by subjects.conversion_key) as touches_in_path
    from subjects
    inner join touchpoints
        on subjects.person_key = touchpoints.person_key
        and touchpoints.occurred_at <= subjects.converted_at
        and touchpoints.occurred_at >= {{ dbt.dateadd('day', -1 * var('attribution_lookback_days'), 'subjects.converted_at') }}

),

with_milestones as (

    select
        touches.*,
        max(case when touches.occurred_at <= milestones.lead_at then touches.touch_no end)
            over (partition by touches.conversion_key) as lead_touch_no,
        max(case when touches.occurred_at <= milestones.opportunity_at then touches.touch_no end)
            over (partition by touches.conversion_key) as opportunity_touch_no
    from touches
    left join milestones
        on touches.conversion_key = milestones.conversion_key

),

paths as (

    select
        conversion_key,
        converted_at,
        touchpoint_key,
        occurred_at,
        channel,
        campaign_key,
        touch_no,
        touches_in_path,
        touch_no = 1 as is_first,
        lead_touch_no is not null as has_lead,
        coalesce(touch_no = lead_touch_no, false) as is_lead,
        opportunity_touch_no is not null as has_opportunity,
        coalesce(touch_no = opportunity_touch_no, false) as is_opportunity,
        touch_no = touches_in_path as is_last
    from with_milestones

)

select * from paths
