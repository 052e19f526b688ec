with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

named as (

    select contact_id, email, anonymous_id, seen_at as named_at from {{ ref('stg_files__identities') }}
    union all
    select contact_id, email, anonymous_id, occurred_at as named_at from {{ ref('stg_files__touchpoints') }}
    union all
    select contact_id, email, anonymous_id, converted_at as named_at from {{ ref('stg_files__conversions') }}
    union all
    select contact_id, email, anonymous_id, occurred_at as named_at from {{ ref('stg_files__funnel_events') }}
    union all
    select contact_id, email, null as anonymous_id, ordered_at as named_at from {{ ref('stg_files__orders') }}
    union all
    select contact_id, email, null as anonymous_id, started_at as named_at
    from {{ ref('stg_files__subscription_periods') }}
    union all
    select null as contact_id, email, null as anonymous_id, occurred_at as named_at
    from {{ ref('stg_files__email_events') }}
    union all
    select contact_id, null as email, null as anonymous_id, entered_at as named_at
    from {{ ref('stg_files__lifecycle_history') }}
    union all
    select contact_id, null as email, null as anonymous_id, created_at as named_at
    from {{ ref('stg_files__deals') }}
    union all
    select deal_contacts.contact_id, null as email, null as anonymous_id, deals.created_at as named_at
    from {{ ref('stg_files__deal_contacts') }} as deal_contacts
    inner join {{ ref('stg_files__deals') }} as deals on deal_contacts.deal_id = deals.deal_id
    union all
    select contact_id, null as email, null as anonymous_id, occurred_at as named_at
    from {{ ref('stg_files__activities') }}

),

mailchimp_named as (

    select sent_to.email, campaigns.sent_at as named_at
    from {{ ref('stg_mailchimp__sent_to') }} as sent_to
    inner join {{ ref('stg_mailchimp__campaigns') }} as campaigns
        on sent_to.campaign_id = campaigns.campaign_id
    union all
    select email, occurred_at as named_at from {{ ref('stg_mailchimp__email_activity') }}
    union all
    select email, occurred_at as named_at from {{ ref('stg_mailchimp__open_details') }}
    union all
    select email, occurred_at as named_at from {{ ref('stg_mailchimp__unsubscribes') }}

),

anonymous_customers as (

    select customer_id, contact_id, company_id, email, ordered_at as named_at from {{ ref('stg_files__orders') }}
    where company_id is null and contact_id is null and {{ normalised_email('email') }} is null
    union all
    select customer_id, contact_id, company_id, email, started_at as named_at
    from {{ ref('stg_files__subscription_periods') }}
    where company_id is null and contact_id is null and {{ normalised_email('email') }} is null

),

identifiers as (

    select 'files' as source_system, 'contact' as kind, contact_id as identifier, named_at from named
    union all
    select 'files' as source_system, 'anonymous' as kind, anonymous_id as identifier, named_at from named
    union all
    select 'files' as source_system, 'email' as kind, {{ normalised_email('email') }} as identifier, named_at
    from named
    union all
    select 'mailchimp' as source_system, 'email' as kind, {{ normalised_email('email') }} as identifier, named_at
    from mailchimp_named
    union all
    select 'files' as source_system, 'customer' as kind, customer_id as identifier, named_at from anonymous_customers

),

distinct_identifiers as (

    select distinct identifiers.source_system, identifiers.kind, identifiers.identifier
    from identifiers
    cross join as_of
    where identifiers.identifier is not null
        and coalesce(identifiers.named_at, as_of.as_of) <= as_of.as_of

)

select * from distinct_identifiers
