-- Fails if in a row of fct_spend_ledger matched, unmatched, non-ad-grain, deleted-entity and outside-window spend aren't together
-- what was billed, in either currency, or if a month's spend in the ledger isn't that of fct_channel_spend.
with spend_ledger as (

    select * from {{ ref('fct_spend_ledger') }}

),

channel_spend as (

    select * from {{ ref('fct_channel_spend') }}

),

unequal_rows as (

    select
        date_day,
        platform,
        account_id,
        billed_spend_reporting as expected,
        matched_spend_reporting + unmatched_spend_reporting + non_ad_grain_spend_reporting + deleted_entity_spend_reporting
        + outside_window_spend_reporting as found
    from spend_ledger
    where
        billed_spend != matched_spend + unmatched_spend + non_ad_grain_spend + deleted_entity_spend + outside_window_spend
        or billed_spend_reporting != matched_spend_reporting + unmatched_spend_reporting + non_ad_grain_spend_reporting
        + deleted_entity_spend_reporting + outside_window_spend_reporting

),

months as (

    select period_month, spend_reporting as placed, 0 as billed
    from channel_spend
    union all
    select cast({{ dbt.date_trunc('month', 'date_day') }} as date) as period_month, 0 as placed, billed_spend_reporting as billed
    from spend_ledger

),

failures as (

    select date_day, platform, account_id, expected, found
    from unequal_rows
    union all
    select period_month as date_day, null as platform, null as account_id, sum(placed) as expected, sum(billed) as found
    from months
    group by period_month
    having sum(placed) != sum(billed)

)

select * from failures
