-- Fails if an identifier stands for no person at as_of or for several, or if the bridge lacks an identifier of
-- somebody who isn't excluded.
with current_rows as (

    select
        kind,
        source_system,
        identifier_hash,
        sum(case when valid_to is null then 1 else 0 end) as current_people
    from {{ ref('bridge_person_identifiers') }}
    group by kind, source_system, identifier_hash

),

identifiers as (

    select
        kind,
        source_system,
        {{ email_hash('identifier') }} as identifier_hash
    from {{ ref('canonical_person_identifiers') }}
    where node_no is not null
        and person_key not in (select person_key from {{ ref('canonical_excluded_people') }})

)

select
    coalesce(identifiers.kind, current_rows.kind) as kind,
    coalesce(identifiers.source_system, current_rows.source_system) as source_system,
    coalesce(identifiers.identifier_hash, current_rows.identifier_hash) as identifier_hash,
    current_rows.current_people
from current_rows
full outer join identifiers
    on current_rows.kind = identifiers.kind
    and coalesce(current_rows.source_system, '') = coalesce(identifiers.source_system, '')
    and current_rows.identifier_hash = identifiers.identifier_hash
where coalesce(current_rows.current_people, 0) != 1
