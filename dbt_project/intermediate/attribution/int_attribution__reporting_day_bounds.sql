with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

account_days as (

    select * from {{ ref('int_attribution__account_days') }}

),

-- The account's day that begins with as_of isn't known, and may share a reporting day with the one before.
over_and_running as (

    select platform, account_id, time_zone, currency, date_day, billed_spend_reporting, true as is_over
    from account_days
    union all
    select distinct
        account_days.platform, account_days.account_id, account_days.time_zone, account_days.currency,
        as_of.as_of_date as date_day, cast(null as decimal(24, 6)) as billed_spend_reporting, false as is_over
    from account_days
    cross join as_of

),

in_utc as (

    select
        *,
        {{ utc_of_midnight('date_day', "coalesce(time_zone, '" ~ var('reporting_time_zone') ~ "')") }} as started_at,
        {{ dbt.dateadd('second', -1, utc_of_midnight(
            dbt.dateadd('day', 1, 'date_day'), "coalesce(time_zone, '" ~ var('reporting_time_zone') ~ "')"
        )) }} as last_second_at
    from over_and_running

),

in_reporting_days as (

    select
        *,
        {{ reporting_day('started_at', is_moment=true) }} as first_day,
        {{ reporting_day('last_second_at', is_moment=true) }} as last_day
    from in_utc

),

-- A day of 25 hours may lie in three.
shared_days as (

    select
        in_reporting_days.platform,
        in_reporting_days.account_id,
        in_reporting_days.currency,
        cast({{ dbt.dateadd('day', 'following.days', 'in_reporting_days.first_day') }} as date) as date_day,
        in_reporting_days.is_over,
        case
            when first_day = last_day then billed_spend_reporting
            else least(billed_spend_reporting, 0)
        end as at_least,
        case
            when first_day = last_day then billed_spend_reporting
            else greatest(billed_spend_reporting, 0)
        end as at_most
    from in_reporting_days
    cross join (select 0 as days union all select 1 as days union all select 2 as days) as following
    where cast({{ dbt.dateadd('day', 'following.days', 'in_reporting_days.first_day') }} as date) <= in_reporting_days.last_day

),

bounds as (

    select
        platform,
        account_id,
        currency,
        date_day,
        sum(at_least) as billed_reporting_low,
        case when count(case when not is_over then 1 end) = 0 then sum(at_most) end as billed_reporting_high
    from shared_days
    group by platform, account_id, currency, date_day
    having count(case when is_over then 1 end) > 0

)

select * from bounds
