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
