-- Fails if a month's closing isn't its opening plus the movements, or its opening isn't the closing of the month before.
with churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}

),

with_previous as (

    select
        *,
        coalesce(
            lag(closing) over (partition by definition, segment_name, segment_value order by period_month asc nulls last), 0
        ) as previous_closing
    from churn_monthly

),

broken as (

    select *
    from with_previous
    where
        closing != opening + gained + returned + expansion - contraction - lost + fx
        or opening != previous_closing

)

select * from broken
