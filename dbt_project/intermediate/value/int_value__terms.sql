with first_spells as (

    select * from {{ ref('canonical_first_spells') }}

),

-- Who leaves within a month leaves at its end; who leaves on the day on which the next would begin doesn't begin it.
terms as (

    select
        customer_key,
        is_churned,
        completed_months as renewals,
        case
            when
                is_churned and completed_months > 0
                and cast({{ dbt.dateadd('month', 'completed_months', 'started_day') }} as date) = last_day
                then completed_months
            else completed_months + 1
        end as term
    from first_spells

)

select * from terms
