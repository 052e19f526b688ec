with records as (

    select * from {{ ref('canonical_touchpoint_records') }}
    where anonymous_id is not null

),

matches as (

    select * from {{ ref('canonical_exclusion_matches') }}
    where object = 'touchpoint'

),

identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind != 'click'

),

suspects as (

    select distinct
        records.source_system,
        records.anonymous_id
    from records
    inner join matches
        on records.source_system = matches.source_system
        and records.touchpoint_id = matches.record_id

),

told as (

    select records.source_system, records.anonymous_id, matches.rule_no
    from records
    inner join suspects
        on records.source_system = suspects.source_system
        and records.anonymous_id = suspects.anonymous_id
    left join matches
        on records.source_system = matches.source_system
        and records.touchpoint_id = matches.record_id
    {%- for entity, moment in [('conversions', 'converted_at'), ('funnel_events', 'occurred_at')] %}
    union all
    select 'files' as source_system, named.anonymous_id, null as rule_no
    from {{ ref('stg_files__' ~ entity) }} as named
    cross join {{ ref('canonical_as_of') }} as as_of
    where named.{{ moment }} <= as_of.as_of
    {%- endfor %}

),

seen_excluded_only as (

    select
        source_system,
        anonymous_id,
        min(rule_no) as rule_no
    from told
    group by source_system, anonymous_id
    having count(*) = count(rule_no)

),

-- Somebody of whom an address or a contact is known is more than such visits.
visitors as (

    select
        identifiers.person_key,
        min(seen.rule_no) as rule_no
    from identifiers
    left join seen_excluded_only as seen
        on identifiers.source_system = seen.source_system
        and case when identifiers.kind = 'anonymous' then identifiers.identifier end = seen.anonymous_id
    group by identifiers.person_key
    having count(*) = count(seen.rule_no)

)

select * from visitors
