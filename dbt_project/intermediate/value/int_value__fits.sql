with purchase_days as (

    select * from {{ ref('int_value__purchase_days') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

first_days as (

    select
        min(purchase_days.purchase_day) as first_day,
        max(as_of.as_of_date) as as_of_date
    from purchase_days
    cross join as_of

),

cuts as (

    select
        first_day,
        as_of_date,
        cast(floor({{ dbt.datediff('first_day', 'as_of_date', 'day') }} * {{ var('value_holdout_share') }}) as integer) as seen_days
    from first_days
    where first_day is not null

),

fits as (

    select
        cast(0 as bigint) as fit_no,
        as_of_date as last_day,
        cast(365 as bigint) as horizon_days
    from cuts
    union all
    select
        1 as fit_no,
        cast({{ dbt.dateadd('day', 'seen_days', 'first_day') }} as date) as last_day,
        {{ dbt.datediff('first_day', 'as_of_date', 'day') }} - seen_days as horizon_days
    from cuts

)

select * from fits
