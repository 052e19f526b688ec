{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

files_named as (

    select contact_id, email, anonymous_id, null as customer_id, seen_at from {{ ref('stg_files__identities') }}
    union all
    select contact_id, email, anonymous_id, null as customer_id, occurred_at as seen_at
    from {{ ref('canonical_touchpoint_records') }}
    union all
    select contact_id, email, anonymous_id, null as customer_id, converted_at as seen_at
    from {{ ref('stg_files__conversions') }}
    union all
    select contact_id, email, anonymous_id, null as customer_id, occurred_at as seen_at
    from {{ ref('stg_files__funnel_events') }}
    union all
    select
        contact_id, email, null as anonymous_id,
        case when company_id is null and contact_id is null and {{ normalised_email('email') }} is null
            then customer_id end as customer_id,
        ordered_at as seen_at
    from {{ ref('stg_files__orders') }}
    union all
    select
        contact_id, email, null as anonymous_id,
        case when company_id is null and contact_id is null and {{ normalised_email('email') }} is null
            then customer_id end as customer_id,
        started_at as seen_at
    from {{ ref('stg_files__subscription_periods') }}
    union all
    select null as contact_id, email, null as anonymous_id, null as customer_id, occurred_at as seen_at
    from {{ ref('stg_files__email_events') }}
    union all
    select contact_id, null as email, null as anonymous_id, null as customer_id, entered_at as seen_at
    from {{ ref('stg_files__lifecycle_history') }}
    union all
    select contact_id, null as email, null as anonymous_id, null as customer_id, created_at as seen_at
    from {{ ref('stg_files__deals') }}
    union all
    select deal_contacts.contact_id, null as email, null as anonymous_id, null as customer_id, deals.created_at as seen_at
    from {{ ref('stg_files__deal_contacts') }} as deal_contacts
    inner join {{ ref('stg_files__deals') }} as deals on deal_contacts.deal_id = deals.deal_id
    union all
    select contact_id, null as email, null as anonymous_id, null as customer_id, occurred_at as seen_at
    from {{ ref('stg_files__activities') }}

),

named as (

    select 'files' as source_system, contact_id, email, anonymous_id, customer_id, seen_at from files_named
    union all
    select source_system, contact_id, email, {{ no_text }} as anonymous_id, {{ no_text }} as customer_id, created_at as seen_at
    from {{ ref('canonical_contact_records') }}
    union all
    select
        'mailchimp' as source_system, {{ no_text }} as contact_id, email, {{ no_text }} as anonymous_id,
        {{ no_text }} as customer_id, occurred_at as seen_at
    from {{ ref('canonical_mailchimp_events') }}

),

sightings as (

    select
        named.source_system,
        named.contact_id,
        {{ normalised_email('named.email') }} as email,
        named.anonymous_id,
        named.customer_id,
        min(named.seen_at) as first_seen_at
    from named
    cross join as_of
    where coalesce(named.seen_at, as_of.as_of) <= as_of.as_of
        and coalesce(named.contact_id, named.email, named.anonymous_id, named.customer_id) is not null
    group by
        named.source_system, named.contact_id, {{ normalised_email('named.email') }}, named.anonymous_id,
        named.customer_id

)

select * from sightings
