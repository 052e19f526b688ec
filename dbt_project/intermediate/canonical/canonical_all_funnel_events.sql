with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied as (

    select
        'files' as source_system,
        *
    from {{ ref('stg_files__funnel_events') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

first_links as (

    select * from {{ ref('canonical_first_links') }}

),

-- An event under an anonymous id alone is the person's from the moment that somebody says whose id it is.
funnel_events as (

    select
        supplied.event_id,
        supplied.source_system,
        {{ person_of('supplied') }} as person_key,
        supplied.occurred_at,
        case
            when contact_identifiers.person_key is null and email_identifiers.person_key is null
                then greatest(supplied.occurred_at, coalesce(first_links.linked_at, supplied.occurred_at))
            else supplied.occurred_at
        end as known_at,
        supplied.event_name,
        supplied.segment,
        supplied.value,
        {{ currency_or_reporting('supplied.currency') }} as currency
    from supplied
    cross join as_of
    {{ person_joins('supplied') }}
    left join first_links
        on supplied.source_system = first_links.source_system
        and supplied.anonymous_id = first_links.anonymous_id
    where supplied.occurred_at <= as_of.as_of

),

judged as (

    select
        funnel_events.*,
        excluded_people.rule_no as excluded_by
    from funnel_events
    left join excluded_people on funnel_events.person_key = excluded_people.person_key

)

select * from judged
