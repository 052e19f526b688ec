with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

google_ads_ids as (

    select account_id, campaign_id from {{ ref('stg_google_ads__campaigns') }}
    union
    select account_id, campaign_id from {{ ref('stg_google_ads__campaign_daily') }}
    union
    select account_id, campaign_id from {{ ref('stg_google_ads__ad_daily') }}
    union
    select account_id, campaign_id from {{ ref('stg_google_ads__click_views') }}

),

file_ads as (

    select
        *,
        row_number() over (
            partition by lower(trim(platform)), account_id, campaign_id
            order by date_day desc, campaign_name nulls last, ad_group_id nulls last, ad_id nulls last
        ) as line_no
    from {{ ref('stg_files__ad_performance') }}
    cross join as_of
    where date_day < as_of.as_of_date

),

file_emails as (

    select
        campaign_id,
        max(campaign_name) as campaign_name,
        max(campaign_kind) as campaign_kind
    from {{ ref('stg_files__email_events') }}
    cross join as_of
    where occurred_at <= as_of.as_of
    group by campaign_id

),

records as (

    select
        'google_ads' as platform, google_ads_ids.account_id, google_ads_ids.campaign_id,
        campaigns.campaign_name, campaigns.channel_type,
        lower(campaigns.channel_type) as campaign_kind, cast(null as {{ dbt.type_string() }}) as given_channel,
        cast(null as {{ dbt.type_string() }}) as utm_source, cast(null as {{ dbt.type_string() }}) as utm_medium,
        cast(null as {{ dbt.type_string() }}) as utm_campaign, false as is_retargeting, true as is_ad, true as is_from_vendor
    from google_ads_ids
    left join {{ ref('stg_google_ads__campaigns') }} as campaigns
        on google_ads_ids.account_id = campaigns.account_id
        and google_ads_ids.campaign_id = campaigns.campaign_id
    union all
    select
        lower(trim(platform)) as platform, account_id, campaign_id, campaign_name, null as channel_type,
        null as campaign_kind, lower(trim(channel)) as given_channel, utm_source, utm_medium, utm_campaign,
        coalesce(is_retargeting, false) as is_retargeting, true as is_ad, false as is_from_vendor
    from file_ads
    where line_no = 1
    union all
    select
        'mailchimp' as platform, null as account_id, campaigns.campaign_id,
        campaigns.campaign_name, null as channel_type,
        case
            when campaigns.campaign_type like 'automation%' then 'automation' else 'broadcast'
        end as campaign_kind,
        'email' as given_channel, null as utm_source, null as utm_medium, null as utm_campaign,
        false as is_retargeting, false as is_ad, true as is_from_vendor
    from {{ ref('stg_mailchimp__campaigns') }} as campaigns
    cross join as_of
    where coalesce(campaigns.sent_at, campaigns.created_at, as_of.as_of) <= as_of.as_of
    union all
    select
        'files' as platform, null as account_id, campaign_id, campaign_name, null as channel_type, campaign_kind,
        'email' as given_channel, null as utm_source, null as utm_medium, null as utm_campaign,
        false as is_retargeting, false as is_ad, false as is_from_vendor
    from file_emails

)

select * from records
