with purchase_days as (

    select
        customer_key,
        purchase_day,
        purchase_no - 1 as x,
        min(purchase_day) over (partition by customer_key) as first_day,
        lead(purchase_day) over (partition by customer_key order by purchase_day asc nulls last) as next_purchase_day
    from {{ ref('canonical_purchase_days') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

parameters as (

    select
        max(case when parameter = 'r' then value end) as r,
        max(case when parameter = 'alpha' then value end) * 7 as alpha_days,
        max(case when parameter = 'a' then value end) as a,
        max(case when parameter = 'b' then value end) as b
    from {{ ref('fct_value_model_parameters') }}
    where model = 'bg_nbd' and refusal is null
    group by model

),

histories as (

    select
        purchase_days.*,
        as_of.as_of_date,
        {{ dbt.datediff('purchase_days.first_day', 'purchase_days.purchase_day', 'day') }} as recency_days,
        {{ dbt.datediff('purchase_days.first_day', 'as_of.as_of_date', 'day') }} as age_days
    from purchase_days
    cross join as_of

),

-- P(alive) = 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ^ (r + x)) falls from one purchase to the next; solved for T,
-- the last whole day on which it isn't below the floor (a millionth is added, for a last digit could take a whole day). Who has
-- bought once can't have left.
with_alive_days as (

    select
        histories.customer_key,
        histories.purchase_day,
        histories.next_purchase_day,
        histories.first_day,
        cast(case
            when histories.x = 0 then histories.age_days
            else least(
                histories.age_days,
                floor(
                    (parameters.alpha_days + histories.recency_days) * power(
                        (cast(1 as double) / {{ var('alive_probability_floor') }} - 1) * (parameters.b + histories.x - 1) / parameters.a,
                        1 / (parameters.r + histories.x)
                    ) - parameters.alpha_days + 0.000001
                )
            )
        end as integer) as alive_days
    from histories
    cross join parameters

),

-- The day's first moment is T; one moment later P(alive) is below the floor, or another purchase begins a stretch of its own.
stretches as (

    select
        customer_key,
        cast({{ dbt.date_trunc('month', 'purchase_day') }} as date) as bought_month,
        least(
            cast(next_purchase_day as {{ dbt.type_timestamp() }}),
            cast({{ dbt.dateadd('day', 'alive_days', 'first_day') }} as {{ dbt.type_timestamp() }}) + interval '1 microsecond'
        ) as inactive_at
    from with_alive_days

),

alive_stretches as (

    select
        customer_key,
        bought_month,
        inactive_at,
        cast({{ dbt.date_trunc('month', 'inactive_at') }} as date) as inactive_month
    from stretches

)

select * from alive_stretches
