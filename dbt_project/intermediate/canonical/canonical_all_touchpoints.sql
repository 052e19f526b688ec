with web_touches as (

    select * from {{ ref('canonical_web_touches') }}

),

email_touches as (

    select * from {{ ref('canonical_email_touches') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

-- What a trace was made of goes, and the touchpoint with it.
matches as (

    select source_system, record_id as touchpoint_id, rule_no
    from {{ ref('canonical_exclusion_matches') }}
    where object = 'touchpoint'
    union all
    select source_system, {{ dbt.concat(["'email:'", 'record_id']) }} as touchpoint_id, rule_no
    from {{ ref('canonical_exclusion_matches') }}
    where object = 'email_event'

),

touchpoints as (

    select
        touchpoint_id, source_system, person_key, occurred_at, channel, utm_source, utm_medium, utm_campaign,
        utm_content, utm_term, click_id, campaign_key, touch_type, is_retargeting, content_type, content_name
    from web_touches
    union all
    select
        touchpoint_id, source_system, person_key, occurred_at, channel, null, null, null,
        null, null, null, campaign_key, touch_type, false, null, null
    from email_touches

),

keyed as (

    select
        {{ surrogate_key(["'touchpoint'", 'source_system', 'touchpoint_id']) }} as touchpoint_key,
        *
    from touchpoints

),

judged as (

    select
        keyed.*,
        least(matches.rule_no, excluded_people.rule_no) as excluded_by
    from keyed
    left join excluded_people on keyed.person_key = excluded_people.person_key
    left join matches
        on keyed.source_system = matches.source_system
        and keyed.touchpoint_id = matches.touchpoint_id

)

select * from judged
