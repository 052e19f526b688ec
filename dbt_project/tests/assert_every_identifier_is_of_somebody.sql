-- Fails if an identifier is of a person whom the canonical layer neither keeps nor excludes, or both keeps and excludes.
with identifiers as (

    select distinct person_key from {{ ref('canonical_person_identifiers') }}

),

people as (

    select * from {{ ref('canonical_people') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

)

select identifiers.person_key
from identifiers
left join people on identifiers.person_key = people.person_key
left join excluded_people on identifiers.person_key = excluded_people.person_key
where (people.person_key is null) = (excluded_people.person_key is null)
