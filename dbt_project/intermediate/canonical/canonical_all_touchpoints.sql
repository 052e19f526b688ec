with web_touches as (

    select * from {{ ref('canonical_web_touches') }}

),

email_touches as (

    select * from {{ ref('canonical_email_touches') }}

),

activity_touches as (

    select * from {{ ref('canonical_activity_touches') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

matches as (

    select * from {{ ref('canonical_exclusion_matches') }}
    where object = 'touchpoint'

),

-- An event's or activity's own exclusion is its touchpoint's.
touchpoints as (

    select
        'touchpoint' as made_of, web.touchpoint_id, web.source_system, web.person_key, web.occurred_at, web.channel,
        web.utm_source, web.utm_medium, web.utm_campaign, web.utm_content, web.utm_term, web.click_id, web.campaign_key,
        web.touch_type, web.is_retargeting, web.content_type, web.content_name,
        cast(null as {{ dbt.type_string() }}) as activity_key,
        least(matches.rule_no, excluded_people.rule_no) as excluded_by
    from web_touches as web
    left join excluded_people on web.person_key = excluded_people.person_key
    left join matches
        on web.source_system = matches.source_system
        and web.touchpoint_id = matches.record_id
    union all
    select
        'email_event', touchpoint_id, source_system, person_key, occurred_at, channel, null, null, null, null, null, null,
        campaign_key, touch_type, false, null, null, null, excluded_by
    from email_touches
    union all
    select
        'activity', touchpoint_id, source_system, person_key, occurred_at, channel, null, null, null, null, null, null,
        null, touch_type, false, null, null, activity_key, excluded_by
    from activity_touches

),

-- A file may call its touchpoint what we call that of an e-mail: what it is made of tells them apart.
keyed as (

    select
        {{ surrogate_key(["made_of", "source_system", "touchpoint_id"]) }} as touchpoint_key,
        touchpoint_id,
        source_system,
        person_key,
        occurred_at,
        channel,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        click_id,
        campaign_key,
        touch_type,
        is_retargeting,
        content_type,
        content_name,
        activity_key,
        made_of,
        excluded_by
    from touchpoints

)

select * from keyed
