with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

first_days as (

    select
        'orders' as learnt_from,
        min(purchase_day) as first_day
    from {{ ref('canonical_purchase_days') }}
    union all
    select
        'contracts' as learnt_from,
        min(started_day) as first_day
    from {{ ref('canonical_first_spells') }}

),

cuts as (

    select
        first_days.learnt_from,
        first_days.first_day,
        as_of.as_of_date,
        cast(
            floor({{ dbt.datediff('first_days.first_day', 'as_of.as_of_date', 'day') }} * {{ var('value_holdout_share') }}) as integer
        ) as seen_days
    from first_days
    cross join as_of
    where first_days.first_day is not null

),

fits as (

    select
        learnt_from,
        cast(0 as bigint) as fit_no,
        as_of_date as last_day,
        cast(365 as bigint) as horizon_days
    from cuts
    union all
    select
        learnt_from,
        1 as fit_no,
        cast({{ dbt.dateadd('day', 'seen_days', 'first_day') }} as date) as last_day,
        {{ dbt.datediff('first_day', 'as_of_date', 'day') }} - seen_days as horizon_days
    from cuts

)

select * from fits
