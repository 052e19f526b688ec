with activity as (

    select * from {{ ref('stg_mailchimp__email_activity') }}

),

opens as (

    select * from {{ ref('canonical_mailchimp_opens') }}

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

timed as (

    select
        *,
        replace(substring(cast(occurred_at as {{ dbt.type_string() }}), 1, 19), ' ', 'T') as moment,
        case when event_type = 'click' then {{ dbt.concat(["':'", "coalesce(url, '')"]) }} else '' end as link
    from events

),

identified as (

    select
        {{ dbt.concat([
            'campaign_id', "':'", 'email_id', "':'", 'event_type', "':'", 'moment', "'Z'", 'link'
        ]) }} as event_id,
        campaign_id,
        email_id,
        email,
        event_type,
        occurred_at,
        url,
        is_machine
    from timed

)

select * from identified
