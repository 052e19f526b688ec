-- Fails if the bounds of a reporting day in fct_spend_ledger are the wrong way round, if those of an account whose days are reporting
-- days (no zone is named, or the reporting one) aren't what was billed, or if all days' together can't hold what an account billed.
with spend_ledger as (

    select * from {{ ref('fct_spend_ledger') }}

),

wrong_days as (

    select platform, account_id, date_day, billed_reporting_low, billed_spend_reporting, billed_reporting_high
    from spend_ledger
    where
        billed_reporting_low > billed_reporting_high
        or (
            coalesce(time_zone, '{{ var("reporting_time_zone") }}') = '{{ var("reporting_time_zone") }}'
            and (
                billed_reporting_low is null
                or billed_reporting_high is null
                or billed_reporting_low != billed_spend_reporting
                or billed_reporting_high != billed_spend_reporting
            )
        )

),

wrong_accounts as (

    select
        platform,
        account_id,
        max(date_day) as date_day,
        sum(billed_reporting_low) as billed_reporting_low,
        sum(billed_spend_reporting) as billed_spend_reporting,
        sum(billed_reporting_high) as billed_reporting_high
    from spend_ledger
    group by platform, account_id
    having
        sum(billed_reporting_low) > sum(billed_spend_reporting)
        or (count(*) = count(billed_reporting_high) and sum(billed_reporting_high) < sum(billed_spend_reporting))

),

failures as (

    select * from wrong_days
    union all
    select * from wrong_accounts

)

select * from failures
