with records as (

    select * from {{ ref('canonical_touchpoint_records') }}

),

channels as (

    select * from {{ ref('canonical_touchpoint_channels') }}

),

campaigns as (

    select * from {{ ref('canonical_campaigns') }}
    where is_ad

),

campaigns_by_id as (

    select
        campaign_id,
        min(campaign_key) as campaign_key
    from campaigns
    group by campaign_id
    having count(*) = 1

),

campaigns_by_name as (

    select
        lower(trim(campaign_name)) as campaign_name,
        min(campaign_key) as campaign_key
    from campaigns
    group by lower(trim(campaign_name))
    having count(*) = 1

),

-- A click in an e-mail is a touchpoint too, and goes with its event.
matches as (

    select source_system, record_id as touchpoint_id, rule_no
    from {{ ref('canonical_exclusion_matches') }}
    where object = 'touchpoint'
    union all
    select source_system, {{ dbt.concat(["'email:'", 'record_id']) }} as touchpoint_id, rule_no
    from {{ ref('canonical_exclusion_matches') }}
    where object = 'email_event'

),

web_touches as (

    select
        records.touchpoint_id,
        records.source_system,
        {{ person_of('records') }} as person_key,
        records.occurred_at,
        coalesce(records.given_channel, channels.channel, 'unknown') as channel,
        records.given_utm_source as utm_source,
        records.given_utm_medium as utm_medium,
        records.given_utm_campaign as utm_campaign,
        records.utm_content,
        records.utm_term,
        records.click_id,
        coalesce(campaigns_by_id.campaign_key, campaigns_by_name.campaign_key) as campaign_key,
        records.touch_type,
        records.is_retargeting,
        records.content_type,
        records.content_name
    from records
    left join channels
        on records.source_system = channels.source_system
        and records.touchpoint_id = channels.touchpoint_id
    left join campaigns_by_id on trim(records.given_utm_campaign) = campaigns_by_id.campaign_id
    left join campaigns_by_name on records.utm_campaign = campaigns_by_name.campaign_name
    {{ person_joins('records') }}

),

email_clicks as (

    select
        {{ dbt.concat(["'email:'", 'event_id']) }} as touchpoint_id,
        source_system, person_key, occurred_at, 'email' as channel,
        cast(null as {{ dbt.type_string() }}) as utm_source, cast(null as {{ dbt.type_string() }}) as utm_medium,
        cast(null as {{ dbt.type_string() }}) as utm_campaign, cast(null as {{ dbt.type_string() }}) as utm_content,
        cast(null as {{ dbt.type_string() }}) as utm_term, cast(null as {{ dbt.type_string() }}) as click_id,
        campaign_key, 'email_click' as touch_type, false as is_retargeting,
        cast(null as {{ dbt.type_string() }}) as content_type, cast(null as {{ dbt.type_string() }}) as content_name
    from {{ ref('canonical_all_email_events') }}
    where event_type = 'click' and not is_machine

),

touchpoints as (

    select * from web_touches
    union all
    select * from email_clicks

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
    left join {{ ref('canonical_excluded_people') }} as excluded_people
        on keyed.person_key = excluded_people.person_key
    left join matches
        on keyed.source_system = matches.source_system
        and keyed.touchpoint_id = matches.touchpoint_id

)

select * from judged
