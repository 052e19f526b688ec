with activity as (

    select * from {{ ref('stg_mailchimp__email_activity') }}

),

open_details as (

    select * from {{ ref('stg_mailchimp__open_details') }}

),

sends as (

    select
        sent_to.campaign_id,
        sent_to.email_id,
        sent_to.email,
        'send' as event_type,
        campaigns.sent_at as occurred_at,
        cast(null as {{ dbt.type_string() }}) as url,
        false as is_machine
    from {{ ref('stg_mailchimp__sent_to') }} as sent_to
    inner join {{ ref('stg_mailchimp__campaigns') }} as campaigns
        on sent_to.campaign_id = campaigns.campaign_id

),

clicks_and_bounces as (

    select
        campaign_id,
        email_id,
        email,
        case
            when action = 'click' then 'click'
            when lower(bounce_type) like '%soft%' then 'bounce_soft'
            else 'bounce_hard'
        end as event_type,
        occurred_at,
        nullif(url, '') as url,
        false as is_machine
    from activity
    where action in ('click', 'bounce')

),

opens as (

    select campaign_id, email_id, email, occurred_at, coalesce(is_proxy_open, false) as is_machine
    from open_details
    union all
    select activity.campaign_id, activity.email_id, activity.email, activity.occurred_at, false as is_machine
    from activity
    left join open_details
        on activity.campaign_id = open_details.campaign_id
        and activity.email_id = open_details.email_id
        and activity.occurred_at = open_details.occurred_at
    where activity.action = 'open' and open_details.campaign_id is null

),

unsubscribes as (

    select campaign_id, email_id, email, 'unsubscribe' as event_type, occurred_at
    from {{ ref('stg_mailchimp__unsubscribes') }}

),

events as (

    select * from sends
    union all
    select * from clicks_and_bounces
    union all
    select
        campaign_id, email_id, email, 'open' as event_type, occurred_at,
        cast(null as {{ dbt.type_string() }}) as url, is_machine
    from opens
    union all
    select
        campaign_id, email_id, email, event_type, occurred_at,
        cast(null as {{ dbt.type_string() }}) as url, false as is_machine
    from unsubscribes

),

identified as (

    select
        {{ dbt.concat([
            'campaign_id', "':'", 'email_id', "':'", 'event_type', "':'", iso_moment('occurred_at'),
            "case when event_type = 'click' then " ~ dbt.concat(["':'", "coalesce(url, '')"]) ~ " else '' end"
        ]) }} as event_id,
        *
    from events

)

select * from identified
