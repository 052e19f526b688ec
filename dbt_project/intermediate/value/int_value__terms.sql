with as_of as (

    select {{ reporting_day('as_of', is_moment=true) }} as as_of_day
    from {{ ref('canonical_as_of') }}

),

first_spells as (

    select
        cast(0 as bigint) as fit_no,
        spells.customer_key,
        spells.started_day,
        spells.last_day,
        spells.is_churned,
        spells.completed_months,
        -- West of UTC a spell that begins on as_of's date begins on the day after as_of's own.
        greatest(as_of.as_of_day, spells.started_day) as seen_until
    from {{ ref('canonical_first_spells') }} as spells
    cross join as_of
    union all
    select
        1 as fit_no,
        customer_key,
        started_day,
        last_day,
        is_churned,
        completed_months,
        seen_until
    from {{ ref('int_value__calibration_spells') }}

),

-- Who leaves within a month leaves at its end; who leaves on the day on which the next would begin doesn't begin it.
terms as (

    select
        fit_no,
        customer_key,
        is_churned,
        completed_months as renewals,
        case
            when
                is_churned and completed_months > 0
                and cast({{ dbt.dateadd('month', 'completed_months', 'started_day') }} as date) = last_day
                then completed_months
            else completed_months + 1
        end as term,
        cast({{ completed_months('started_day', 'seen_until') }} as bigint) as months_passed
    from first_spells

)

select * from terms
