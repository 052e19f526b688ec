with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

-- Whom a list holds is a person once something else is known of the address: a contact, a message, a purchase.
known_emails as (

    select distinct email
    from {{ ref('canonical_identity_sightings') }}
    where email is not null

),

named as (

    select email_id, {{ normalised_email('email') }} as email, occurred_at as seen_at
    from {{ ref('canonical_mailchimp_events') }}
    union all
    select email_id, {{ normalised_email('email') }} as email, coalesce(signed_up_at, opted_in_at) as seen_at
    from {{ ref('stg_mailchimp__members') }}

),

members as (

    select
        'mailchimp' as source_system,
        named.email_id as member_id,
        named.email,
        min(named.seen_at) as known_at
    from named
    cross join as_of
    inner join known_emails on named.email = known_emails.email
    where coalesce(named.seen_at, as_of.as_of) <= as_of.as_of
    group by named.email_id, named.email

)

select * from members
