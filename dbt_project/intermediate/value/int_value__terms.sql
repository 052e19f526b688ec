with spells as (

    select * from {{ ref('canonical_subscription_spells') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

first_spells as (

    select
        spells.customer_key,
        {{ reporting_day('spells.started_at') }} as started_day,
        case
            when spells.ended_at is null then {{ reporting_day('as_of.as_of', is_moment=true) }}
            else {{ reporting_day('spells.ended_at') }}
        end as last_day,
        spells.ended_at is not null as is_churned
    from spells
    cross join as_of
    where spells.spell_no = 1

),

months as (

    select
        *,
        greatest({{ completed_months('started_day', 'last_day') }}, 0) as completed_months
    from first_spells

),

-- Who leaves within a month leaves at its end; who leaves on the day on which the next would begin doesn't begin it.
terms as (

    select
        customer_key,
        is_churned,
        cast(completed_months as bigint) as renewals,
        cast(
            case
                when
                    is_churned and completed_months > 0
                    and cast({{ dbt.dateadd('month', 'completed_months', 'started_day') }} as date) = last_day
                    then completed_months
                else completed_months + 1
            end as bigint
        ) as term
    from months

)

select * from terms
