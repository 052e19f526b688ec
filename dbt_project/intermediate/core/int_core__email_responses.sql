with events as (

    select * from {{ ref('canonical_email_events') }}
    where person_key is not null and campaign_key is not null

),

placed as (

    select
        campaign_key,
        person_key,
        event_type,
        is_machine,
        occurred_at,
        max(case when event_type = 'send' then occurred_at end) over (
            partition by campaign_key, person_key
            order by occurred_at, case when event_type = 'send' then 0 else 1 end
            rows between unbounded preceding and current row
        ) as last_sent_at,
        min(case when event_type = 'send' then occurred_at end) over (
            partition by campaign_key, person_key
        ) as first_sent_at
    from events

),

responses as (

    select
        campaign_key,
        person_key,
        {{ reporting_day('coalesce(last_sent_at, first_sent_at, occurred_at)') }} as date_day,
        event_type,
        is_machine
    from placed

)

select * from responses
