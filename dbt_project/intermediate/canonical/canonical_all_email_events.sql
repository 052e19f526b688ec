with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

campaigns as (

    select * from {{ ref('canonical_campaigns') }}
    where not is_ad

),

mailchimp_events as (

    select * from {{ ref('canonical_mailchimp_events') }}

),

events as (

    select
        'mailchimp' as source_system, event_id, campaign_id, email, event_type, occurred_at, url, is_machine
    from mailchimp_events
    union all
    select
        'files' as source_system, event_id, campaign_id, email, lower(trim(event_type)) as event_type, occurred_at,
        url, coalesce(is_machine, false) as is_machine
    from {{ ref('stg_files__email_events') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

matches as (

    select * from {{ ref('canonical_exclusion_matches') }}
    where object = 'email_event'

),

email_events as (

    select
        events.source_system,
        events.event_id,
        campaigns.campaign_key,
        events.campaign_id,
        email_identifiers.person_key,
        events.event_type,
        events.occurred_at,
        events.url,
        events.is_machine
    from events
    cross join as_of
    left join campaigns
        on events.source_system = campaigns.platform
        and events.campaign_id = campaigns.campaign_id
    {{ email_join('events') }}
    where events.occurred_at <= as_of.as_of

),

judged as (

    select
        email_events.*,
        least(matches.rule_no, excluded_people.rule_no) as excluded_by
    from email_events
    left join excluded_people on email_events.person_key = excluded_people.person_key
    left join matches
        on email_events.source_system = matches.source_system
        and email_events.event_id = matches.record_id

)

select * from judged
