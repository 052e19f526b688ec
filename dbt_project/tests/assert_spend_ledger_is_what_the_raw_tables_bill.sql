-- Fails if what the raw tables bill for a platform, account and day (Google Ads: its campaigns; its ads where a campaign-day has no
-- total; files: every line of the newest file that names the ad and day) isn't in fct_spend_ledger to the cent, or the reverse.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

campaign_days as (

    select customer_id, campaign_id, date, cost_micros
    from {{ source('raw_google_ads', 'campaign_daily') }}

),

ads_without_total as (

    select ads.customer_id, ads.campaign_id, ads.date, ads.cost_micros
    from {{ source('raw_google_ads', 'ad_daily') }} as ads
    left join campaign_days
        on ads.customer_id = campaign_days.customer_id
        and ads.campaign_id = campaign_days.campaign_id
        and ads.date = campaign_days.date
    where campaign_days.campaign_id is null

),

google_days as (

    select * from campaign_days
    union all
    select * from ads_without_total

),

newest_files as (

    select lower(trim(platform)) as platform, account_id, campaign_id, ad_group_id, ad_id, date_day, max(_source_file) as _source_file
    from {{ source('raw_files', 'ad_performance') }}
    group by lower(trim(platform)), account_id, campaign_id, ad_group_id, ad_id, date_day

),

billed as (

    select
        'google_ads' as platform,
        cast(customer_id as {{ dbt.type_string() }}) as account_id,
        date as date_day,
        cast(cost_micros as decimal(24, 0)) * cast(0.000001 as decimal(7, 6)) as spend
    from google_days
    union all
    select
        lower(trim(lines.platform)) as platform,
        lines.account_id,
        lines.date_day,
        cast(lines.spend as decimal(24, 6)) as spend
    from {{ source('raw_files', 'ad_performance') }} as lines
    inner join newest_files
        on lower(trim(lines.platform)) = newest_files.platform
        and coalesce(lines.account_id, '') = coalesce(newest_files.account_id, '')
        and lines.campaign_id = newest_files.campaign_id
        and coalesce(lines.ad_group_id, '') = coalesce(newest_files.ad_group_id, '')
        and coalesce(lines.ad_id, '') = coalesce(newest_files.ad_id, '')
        and lines.date_day = newest_files.date_day
        and lines._source_file = newest_files._source_file

),

both_sides as (

    select billed.platform, coalesce(billed.account_id, '') as account_id, billed.date_day, billed.spend
    from billed
    cross join as_of
    where billed.date_day < as_of.as_of_date
    union all
    select platform, coalesce(account_id, '') as account_id, date_day, -billed_spend as spend
    from {{ ref('fct_spend_ledger') }}

),

failures as (

    select
        platform,
        account_id,
        date_day,
        sum(spend) as spend_missing
    from both_sides
    group by platform, account_id, date_day
    having abs(sum(spend)) >= 0.005

)

select * from failures
