with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

-- Google may tell of a click again on a later day; a click happens once, so the first report stands.
reports as (

    select
        'google_ads' as platform,
        clicks.*,
        row_number() over (
            partition by clicks.click_id
            order by
                clicks.date_day, clicks.account_id, clicks.campaign_id, clicks.ad_group_id nulls last, clicks.ad_id nulls last
        ) as report_no
    from {{ ref('stg_google_ads__click_views') }} as clicks
    cross join as_of
    where clicks.click_id is not null
        and clicks.date_day < as_of.as_of_date

),

clicks as (

    select
        click_id,
        {{ surrogate_key(['platform', 'account_id', 'campaign_id']) }} as campaign_key,
        platform,
        account_id,
        campaign_id,
        ad_group_id,
        ad_id,
        date_day
    from reports
    where report_no = 1

)

select * from clicks
