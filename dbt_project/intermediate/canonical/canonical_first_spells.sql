with spells as (

    select * from {{ ref('canonical_subscription_spells') }}

),

as_of as (

    select * from {{ ref('canonical_as_of') }}

),

days as (

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

-- West of UTC a spell that begins on as_of's date begins on the day after as_of's own.
first_spells as (

    select
        *,
        cast(greatest({{ completed_months('started_day', 'last_day') }}, 0) as bigint) as completed_months
    from days

)

select * from first_spells
