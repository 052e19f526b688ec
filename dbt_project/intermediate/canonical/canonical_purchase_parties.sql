with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

purchases as (

    select
        'order' as purchase, order_id as purchase_id, ordered_at as purchased_at, customer_id, contact_id,
        company_id, email
    from {{ ref('stg_files__orders') }}
    union all
    select
        'subscription_period' as purchase, subscription_id as purchase_id, started_at as purchased_at, customer_id,
        contact_id, company_id, email
    from {{ ref('stg_files__subscription_periods') }}

),

supplied as (

    select
        'files' as source_system,
        *
    from purchases

),

parties as (

    select
        supplied.purchase,
        supplied.source_system,
        supplied.purchase_id,
        supplied.purchased_at,
        supplied.customer_id,
        coalesce({{ person_of('supplied', has_anonymous_id=false) }}, customer_identifiers.person_key) as person_key,
        companies.company_key
    from supplied
    cross join as_of
    {{ person_joins('supplied', has_anonymous_id=false) }}
    left join {{ ref('canonical_company_identifiers') }} as companies
        on supplied.source_system = companies.source_system
        and supplied.company_id = companies.company_id
    left join {{ ref('canonical_person_identifiers') }} as customer_identifiers
        on customer_identifiers.kind = 'customer'
        and supplied.source_system = customer_identifiers.source_system
        -- Within the key: a condition on the left side alone would turn the join into a loop over all pairs.
        and case
            when supplied.company_id is null
                and supplied.contact_id is null
                and {{ normalised_email('supplied.email') }} is null
                then supplied.customer_id
        end = customer_identifiers.identifier
    where supplied.purchased_at <= as_of.as_of

)

select * from parties
