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

funnel_events as (

    select
        supplied.event_id,
        supplied.source_system,
        {{ person_of('supplied') }} as person_key,
        supplied.occurred_at,
        supplied.event_name,
        supplied.segment,
        supplied.value,
        {{ currency_or_reporting('supplied.currency') }} as currency
    from supplied
    cross join as_of
    {{ person_joins('supplied') }}
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
