-- Fails if a campaign's row without an ad has the very spend of its rows with ads that day, as an export at both grains would have:
-- rows add up, so such a day counts twice.
{{ config(severity='warn') }}

with ad_performance as (

    select * from {{ ref('fct_ad_performance') }}
    where source_system = 'files'

),

failures as (

    select
        campaign_key,
        date_day,
        sum(case when ad_id is null then spend end) as spend_without_ad,
        sum(case when ad_id is not null then spend end) as spend_of_ads
    from ad_performance
    group by campaign_key, date_day
    having
        sum(case when ad_id is null then spend end) > 0
        and sum(case when ad_id is null then spend end) = sum(case when ad_id is not null then spend end)

)

select * from failures
