-- Fails if an account's billed spend, impressions or clicks in the raw tables (Google Ads: of the campaigns; of ads where a
-- campaign-day has no total) differ from fct_ad_performance, or if it has raw rows and none in the mart.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

campaign_days as (

    select customer_id, campaign_id, date, impressions, clicks, cost_micros
    from {{ source('raw_google_ads', 'campaign_daily') }}

),

ads_without_total as (

    select ads.customer_id, ads.campaign_id, ads.date, ads.impressions, ads.clicks, ads.cost_micros
    from {{ source('raw_google_ads', 'ad_daily') }} as ads
    left join campaign_days
        on ads.customer_id = campaign_days.customer_id
        and ads.campaign_id = campaign_days.campaign_id
        and ads.date = campaign_days.date
    where campaign_days.campaign_id is null

),

newest_files as (

    select lower(trim(platform)) as platform, account_id, campaign_id, ad_group_id, ad_id, date_day, max(_source_file) as _source_file
    from {{ source('raw_files', 'ad_performance') }}
    group by lower(trim(platform)), account_id, campaign_id, ad_group_id, ad_id, date_day

),

raw_rows as (

    select 'google_ads' as platform, cast(customer_id as {{ dbt.type_string() }}) as account_id, date as date_day, impressions, clicks,
        cost_micros / 1000000.0 as spend
    from campaign_days
    union all
    select 'google_ads' as platform, cast(customer_id as {{ dbt.type_string() }}) as account_id, date as date_day, impressions, clicks,
        cost_micros / 1000000.0 as spend
    from ads_without_total
    union all
    select lower(trim(lines.platform)) as platform, lines.account_id, lines.date_day, lines.impressions,
        lines.clicks, cast(lines.spend as double) as spend
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

    select platform, coalesce(account_id, '') as account_id, impressions, clicks, spend, 1 as raw_rows, 0 as mart_rows
    from raw_rows
    cross join as_of
    where date_day < as_of.as_of_date
    union all
    select platform, coalesce(account_id, '') as account_id, -impressions, -clicks, -cast(spend as double) as spend,
        0 as raw_rows, 1 as mart_rows
    from {{ ref('fct_ad_performance') }}

),

differences as (

    select
        platform,
        account_id,
        sum(spend) as spend_missing,
        sum(impressions) as impressions_missing,
        sum(clicks) as clicks_missing,
        sum(raw_rows) as raw_rows,
        sum(mart_rows) as mart_rows
    from both_sides
    group by platform, account_id

)

select * from differences
where abs(spend_missing) > 0.005
    or impressions_missing != 0
    or clicks_missing != 0
    or (raw_rows > 0 and mart_rows = 0)
