with events as (

    select
        *,
        {{ reporting_day('occurred_at') }} as event_day
    from {{ ref('canonical_email_events') }}
    where person_key is not null and campaign_key is not null

),

sends as (

    select
        campaign_key,
        person_key,
        occurred_at as sent_at,
        event_day as date_day,
        row_number() over (
            partition by campaign_key, person_key
            order by occurred_at
        ) as send_no,
        lead(occurred_at) over (
            partition by campaign_key, person_key
            order by occurred_at
        ) as next_sent_at
    from events
    where event_type = 'send'

),

responses as (

    select
        events.campaign_key,
        events.person_key,
        coalesce(sends.date_day, events.event_day) as date_day,
        events.event_type,
        events.is_machine
    from events
    left join sends
        on events.campaign_key = sends.campaign_key
        and events.person_key = sends.person_key
        and (sends.sent_at <= events.occurred_at or sends.send_no = 1)
        and (sends.next_sent_at > events.occurred_at or sends.next_sent_at is null)

)

select * from responses
