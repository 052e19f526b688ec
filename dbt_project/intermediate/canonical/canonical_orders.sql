with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied as (

    select
        'files' as source_system,
        *,
        {{ currency_or_reporting('currency') }} as order_currency,
        {{ reporting_day('ordered_at') }} as rate_date
    from {{ ref('stg_files__orders') }}

),

identified as (

    select
        supplied.*,
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
        and supplied.customer_id = customer_identifiers.identifier
        and supplied.company_id is null
        and supplied.contact_id is null
        and {{ normalised_email('supplied.email') }} is null
    where supplied.ordered_at <= as_of.as_of

),

orders as (

    select
        {{ surrogate_key(["'order'", 'identified.source_system', 'identified.order_id']) }} as order_key,
        identified.source_system,
        identified.order_id,
        coalesce(identified.company_key, identified.person_key) as customer_key,
        identified.customer_id,
        identified.person_key,
        identified.company_key,
        identified.ordered_at,
        identified.amount,
        identified.order_currency as currency,
        {{ to_reporting('identified.amount', 'identified.order_currency', 'identified.rate_date') }}
            as amount_reporting,
        identified.product,
        coalesce(identified.segment, 'unknown') as segment,
        lower(trim(identified.channel)) as channel
    from identified
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'identified.order_currency', 'identified.rate_date') }}

)

select * from orders
