with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied as (

    select
        'files' as source_system,
        *
    from {{ ref('stg_files__funnel_events') }}

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

)

select * from funnel_events
