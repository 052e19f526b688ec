with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied as (

    select
        'files' as source_system,
        *
    from {{ ref('stg_files__subscription_periods') }}

),

identified as (

    select
        supplied.*,
        coalesce({{ person_of('supplied', has_anonymous_id=false) }}, customer_identifiers.person_key) as person_key,
        companies.company_key,
        as_of.as_of
    from supplied
    cross join as_of
    {{ person_joins('supplied', has_anonymous_id=false) }}
    left join {{ ref('canonical_company_identifiers') }} as companies
        on supplied.source_system = companies.source_system
        and supplied.company_id = companies.company_id
    left join {{ ref('canonical_person_identifiers') }} as customer_identifiers
        on customer_identifiers.kind = 'customer'
        and supplied.source_system = customer_identifiers.source_system
        and supplied.customer_id = customer_identifiers.identifier
        and supplied.company_id is null
        and supplied.contact_id is null
        and {{ normalised_email('supplied.email') }} is null
    where supplied.started_at <= as_of.as_of

),

periods as (

    select
        subscription_id,
        source_system,
        coalesce(company_key, person_key) as customer_key,
        customer_id,
        person_key,
        company_key,
        started_at,
        case when ended_at <= as_of then ended_at end as ended_at,
        monthly_amount,
        {{ currency_or_reporting('currency') }} as currency,
        case
            when coalesce(is_trial, false) then cast(0 as decimal(24, 6))
            else cast(
                monthly_amount * coalesce(quantity, 1) - coalesce(discount_amount, 0) as decimal(24, 6)
            )
        end as mrr,
        plan,
        coalesce(segment, 'unknown') as segment,
        coalesce(is_trial, false) as is_trial,
        case when ended_at <= as_of then cancel_reason end as cancel_reason,
        case when ended_at <= as_of then churn_type end as churn_type
    from identified

)

select * from periods
