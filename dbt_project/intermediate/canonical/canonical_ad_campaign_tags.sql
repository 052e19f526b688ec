with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

campaigns as (

    select * from {{ ref('stg_google_ads__campaigns') }}

),

ad_groups as (

    select * from {{ ref('stg_google_ads__ad_groups') }}

),

ads as (

    select
        ads.*,
        ad_groups.campaign_id
    from {{ ref('stg_google_ads__ads') }} as ads
    inner join ad_groups
        on ads.account_id = ad_groups.account_id
        and ads.ad_group_id = ad_groups.ad_group_id

),

addresses as (

    select account_id, campaign_id, tracking_url_template as address from campaigns
    union
    select account_id, campaign_id, final_url_suffix from campaigns
    union
    select account_id, campaign_id, tracking_url_template from ad_groups
    union
    select account_id, campaign_id, final_url_suffix from ad_groups
    union
    select account_id, campaign_id, tracking_url_template from ads
    union
    select account_id, campaign_id, final_url_suffix from ads
    union
    select account_id, campaign_id, final_urls from ads

),

written as (

    select
        'google_ads' as platform,
        account_id,
        campaign_id,
        {{ utm_campaign_of('address') }} as utm_campaign
    from addresses
    union all
    select
        lower(trim(platform)) as platform,
        account_id,
        campaign_id,
        utm_campaign
    from {{ ref('stg_files__ad_performance') }}
    cross join as_of
    where date_day < as_of.as_of_date

),

-- What stands in braces is filled in by the platform at the click, mostly with an id.
tags as (

    select distinct
        {{ surrogate_key(['platform', 'account_id', 'campaign_id']) }} as campaign_key,
        lower(trim(utm_campaign)) as utm_campaign
    from written
    where trim(utm_campaign) != ''
        and {{ dbt.position("'{'", 'utm_campaign') }} = 0

)

select * from tags
