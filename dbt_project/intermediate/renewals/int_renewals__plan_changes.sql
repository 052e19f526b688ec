with expansions as (

    select
        customer_key,
        period_month,
        amount_reporting
    from {{ ref('fct_mrr_movements') }}
    where movement = 'expansion'

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

exchange_rates as (

    select * from {{ ref('canonical_exchange_rates') }}

),

periods as (

    select
        *,
        {{ reporting_month('started_at') }} as started_month,
        {{ reporting_month('covered_until') }} as ended_month
    from {{ ref('canonical_covered_periods') }}

),

listed_months as (

    select distinct
        period_month,
        cast({{ dbt.dateadd('month', 1, 'period_month') }} as date) as next_month
    from expansions

),

-- As its revenue is: at the month's last day, in as_of's month at as_of.
months as (

    select
        listed_months.period_month,
        least(
            cast({{ dbt.dateadd('day', -1, 'listed_months.next_month') }} as date), {{ reporting_day('as_of.as_of', is_moment=true) }}
        ) as rate_date
    from listed_months
    cross join as_of

),

rates as (

    select
        months.period_month,
        months.rate_date,
        currencies.currency,
        exchange_rate.rate_to_reporting
    from months
    cross join (select distinct currency from periods) as currencies
    {{ exchange_rate_join('exchange_rates', 'currencies.currency', 'months.rate_date') }}

),

-- Both month ends at one rate, so that what is left is behaviour.
month_ends as (

    select
        expansions.customer_key,
        expansions.period_month,
        expansions.amount_reporting as expansion_reporting,
        coalesce(periods.plan, 'unknown') as plan,
        sum(case when periods.started_month < expansions.period_month then {{ to_reporting('periods.mrr', 'periods.currency', 'rates.rate_date', rate='rates') }} else 0 end)
            as mrr_before_reporting,
        sum(case
            when periods.covered_until is null or periods.ended_month > expansions.period_month
                then {{ to_reporting('periods.mrr', 'periods.currency', 'rates.rate_date', rate='rates') }}
            else 0
        end) as mrr_after_reporting
    from expansions
    inner join periods
        on expansions.customer_key = periods.customer_key
        and expansions.period_month >= periods.started_month
        and (periods.covered_until is null or expansions.period_month <= periods.ended_month)
    inner join rates
        on expansions.period_month = rates.period_month
        and periods.currency = rates.currency
    group by expansions.customer_key, expansions.period_month, expansions.amount_reporting, coalesce(periods.plan, 'unknown')

),

plan_changes as (

    select
        *,
        greatest(mrr_after_reporting - mrr_before_reporting, 0) as growth_reporting,
        min(case when mrr_before_reporting > 0 and mrr_after_reporting <= 0 then 0 else 1 end) over (
            partition by customer_key, period_month
        ) = 1 as keeps_every_plan
    from month_ends

)

select * from plan_changes
