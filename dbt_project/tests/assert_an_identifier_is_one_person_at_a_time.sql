-- Fails if two stretches of one identifier overlap, or if one ends before it begins.
with stretches as (

    select
        *,
        lead(valid_from) over (
            partition by kind, source_system, identifier_hash
            order by valid_from nulls first, valid_to nulls last
        ) as next_from,
        lead(person_key) over (
            partition by kind, source_system, identifier_hash
            order by valid_from nulls first, valid_to nulls last
        ) as next_person_key
    from {{ ref('bridge_person_identifiers') }}

)

select *
from stretches
where valid_from >= valid_to
    or (next_person_key is not null and (valid_to is null or next_from is null or next_from < valid_to))
