-- Fails if two sources tell the spend of one platform, account and day, which would count it twice: take the days that a vendor's own
-- source tells out of the files.
with ad_performance as (

    select * from {{ ref('fct_ad_performance') }}

),

failures as (

    select
        platform,
        account_id,
        date_day,
        min(source_system) as one_source,
        max(source_system) as another_source,
        sum(spend) as spend
    from ad_performance
    group by platform, account_id, date_day
    having min(source_system) != max(source_system)

)

select * from failures
