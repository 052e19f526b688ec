with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied_days as (

    select min({{ reporting_day('created_at') }}) as first_day from {{ ref('canonical_deal_lives') }}
    union all
    select min({{ reporting_day('closed_at') }}) as first_day from {{ ref('canonical_deal_lives') }}
    union all
    select min({{ reporting_day('created_at') }}) as first_day from {{ ref('canonical_contacts') }}
    union all
    select min({{ reporting_day('entered_at') }}) as first_day from {{ ref('canonical_lifecycle_history') }}
    union all
    select min({{ reporting_day('entered_at') }}) as first_day from {{ ref('canonical_deal_stage_history') }}
    union all
    select min({{ reporting_day('occurred_at') }}) as first_day from {{ ref('canonical_touchpoints') }}
    union all
    select min({{ reporting_day('occurred_at') }}) as first_day from {{ ref('canonical_email_events') }}
    union all
    select min({{ reporting_day('occurred_at') }}) as first_day from {{ ref('canonical_funnel_events') }}
    union all
    select min({{ reporting_day('converted_at') }}) as first_day from {{ ref('canonical_conversions') }}
    union all
    select min({{ reporting_day('ordered_at') }}) as first_day from {{ ref('canonical_orders') }}
    union all
    select min({{ reporting_day('started_at') }}) as first_day from {{ ref('canonical_subscription_periods') }}
    union all
    select min(date_day) as first_day from {{ ref('canonical_ad_performance') }}

),

bounds as (

    select
        cast({{ dbt.date_trunc('year', 'coalesce(min(supplied_days.first_day), max(as_of.as_of_date))') }} as date)
            as first_day,
        cast({{ dbt.dateadd(
            'day', -1, dbt.dateadd('year', 2, dbt.date_trunc('year', 'max(as_of.as_of_date)'))
        ) }} as date) as last_day
    from as_of
    left join supplied_days on supplied_days.first_day is not null

),

days as (

    {{ date_spine('first_day', 'last_day', 'bounds') }}

),

dates as (

    select
        date_day,
        cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_start,
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start,
        cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start,
        cast({{ dbt.dateadd('month', (13 - var('fiscal_year_start_month')) % 12, 'date_day') }} as date) as fiscal_date
    from days

),

described as (

    select
        date_day,
        week_start,
        month_start,
        quarter_start,
        cast(extract(year from fiscal_date) as integer) as fiscal_year,
        cast(extract(quarter from fiscal_date) as integer) as fiscal_quarter,
        {{ dbt.datediff('week_start', 'date_day', 'day') }} >= 5 as is_weekend
    from dates

)

select * from described
