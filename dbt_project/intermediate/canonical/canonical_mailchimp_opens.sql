with activity as (

    select * from {{ ref('stg_mailchimp__email_activity') }}
    where action = 'open'

),

open_details as (

    select * from {{ ref('stg_mailchimp__open_details') }}

),

only_in_activity as (

    select
        activity.campaign_id,
        activity.email_id,
        activity.email,
        activity.occurred_at
    from activity
    left join open_details
        on activity.campaign_id = open_details.campaign_id
        and activity.email_id = open_details.email_id
        and activity.occurred_at = open_details.occurred_at
    where open_details.campaign_id is null

),

opens as (

    select campaign_id, email_id, email, occurred_at, coalesce(is_proxy_open, false) as is_machine
    from open_details
    union all
    select campaign_id, email_id, email, occurred_at, false as is_machine
    from only_in_activity

)

select * from opens
