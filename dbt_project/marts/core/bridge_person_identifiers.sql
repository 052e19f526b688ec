with identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}

),

reassigned as (

    select * from {{ ref('int_core__reassigned_identifiers') }}

),

assignments as (

    select node_no, person_key, valid_from, valid_to from {{ ref('int_core__identifier_assignments') }}
    where node_no not in (select node_no from reassigned)
    union all
    select node_no, person_key, valid_from, valid_to from reassigned

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

named as (

    select
        assignments.person_key,
        identifiers.source_system,
        identifiers.kind,
        identifiers.identifier,
        assignments.valid_from,
        assignments.valid_to
    from assignments
    inner join identifiers on assignments.node_no = identifiers.node_no
    left join excluded_people as excluded_now on identifiers.person_key = excluded_now.person_key
    left join excluded_people as excluded_then on assignments.person_key = excluded_then.person_key
    where excluded_now.person_key is null
        and excluded_then.person_key is null
    union all
    select
        person_key,
        source_system,
        'click' as kind,
        click_id as identifier,
        valid_from,
        cast(null as {{ dbt.type_timestamp() }}) as valid_to
    from {{ ref('int_core__click_identifiers') }}

),

hashed as (

    select
        person_key,
        source_system,
        kind,
        {{ email_hash('identifier') }} as identifier_hash,
        valid_from,
        valid_to
    from named

)

select * from hashed
