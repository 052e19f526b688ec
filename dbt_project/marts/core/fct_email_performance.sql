with responses as (

    select * from {{ ref('int_core__email_responses') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

people as (

    select
        campaign_key,
        date_day,
        person_key,
        max(case when event_type = 'send' then 1 else 0 end) as sent,
        max(case when event_type = 'delivered' then 1 else 0 end) as delivered,
        max(case when event_type = 'open' and not is_machine then 1 else 0 end) as opened,
        max(case when event_type = 'open' and is_machine then 1 else 0 end) as machine_opened,
        max(case when event_type = 'click' and not is_machine then 1 else 0 end) as clicked,
        max(case when event_type in ('bounce_hard', 'bounce_soft') then 1 else 0 end) as bounced,
        max(case when event_type = 'unsubscribe' then 1 else 0 end) as unsubscribed
    from responses
    group by campaign_key, date_day, person_key

),

counted as (

    select
        campaign_key,
        date_day,
        cast(sum(sent) as bigint) as sent,
        -- Nothing is known to have been delivered where neither a delivery nor a sending was recorded.
        cast(
            case
                when sum(delivered) > 0 then sum(delivered)
                when sum(sent) > 0 then sum(case when bounced = 0 then sent else 0 end)
            end as bigint
        ) as delivered,
        cast(sum(opened) as bigint) as opened,
        cast(sum(machine_opened) as bigint) as machine_opened,
        cast(sum(clicked) as bigint) as clicked,
        cast(sum(bounced) as bigint) as bounced,
        cast(sum(unsubscribed) as bigint) as unsubscribed
    from people
    group by campaign_key, date_day

),

rated as (

    select
        counted.campaign_key,
        campaigns.campaign_id,
        counted.date_day,
        counted.sent,
        counted.delivered,
        counted.opened,
        counted.machine_opened,
        counted.clicked,
        counted.bounced,
        counted.unsubscribed,
        cast(counted.opened as double) / nullif(counted.delivered, 0) as open_rate,
        cast(counted.clicked as double) / nullif(counted.delivered, 0) as click_rate,
        cast(counted.unsubscribed as double) / nullif(counted.delivered, 0) as unsubscribe_rate
    from counted
    inner join campaigns on counted.campaign_key = campaigns.campaign_key

)

select * from rated
