-- Fails if two identifiers that an edge links are of different people: the components are missing, or of other edges than this
-- build's. Estimate person_components after canonical_identity_edges is built, as a run does.
with edges as (

    select * from {{ ref('canonical_identity_edges') }}

),

identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}

)

select
    edges.left_no,
    edges.right_no,
    left_identifiers.person_key as left_person_key,
    right_identifiers.person_key as right_person_key
from edges
inner join identifiers as left_identifiers on edges.left_no = left_identifiers.node_no
inner join identifiers as right_identifiers on edges.right_no = right_identifiers.node_no
where left_identifiers.person_key != right_identifiers.person_key
