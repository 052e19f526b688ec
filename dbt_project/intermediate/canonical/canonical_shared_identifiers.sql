{{ config(
    pre_hook="{{ remember_patterns('shared_identifier_patterns', ref('shared_identifiers')) }}",
    post_hook="{{ forget_patterns('shared_identifier_patterns') }}",
) }}
{%- set limit = var('identity_degree_limit') -%}
with nodes as (

    select * from {{ ref('canonical_identity_nodes') }}

),

seeded as (

    select
        candidates.node_no,
        min(rules.reason) as reason
    from nodes as candidates
    inner join {{ ref('shared_identifiers') }} as rules
        on candidates.kind = rules.kind
        and {{ regex_matches('candidates.identifier', dbt.concat(["'(?i)'", 'rules.pattern'])) }}
    where {{ may_match('candidates.identifier', 'shared_identifier_patterns') }}
    group by candidates.node_no

),

-- A merge is somebody's word that two contacts are one, however many there are of it.
neighbours as (

    select left_no as node_no, right_no as neighbour_no from {{ ref('canonical_identity_links') }}
    where not is_merge_alone
    union all
    select right_no as node_no, left_no as neighbour_no from {{ ref('canonical_identity_links') }}
    where not is_merge_alone

),

crowded as (

    select node_no
    from neighbours
    group by node_no
    having count(*) > {{ limit }}

),

candidates as (

    select node_no from crowded
    union
    select node_no from seeded

),

neighbours_by_kind as (

    select
        candidates.node_no,
        others.kind,
        others.source_system,
        count(*) as neighbours
    from candidates
    inner join neighbours on candidates.node_no = neighbours.node_no
    inner join nodes as others on neighbours.neighbour_no = others.node_no
    where others.kind in ('email', 'contact')
    group by candidates.node_no, others.kind, others.source_system

),

degrees as (

    select
        node_no,
        max(neighbours) as degree
    from neighbours_by_kind
    group by node_no

),

shared as (

    select
        nodes.node_no,
        nodes.kind,
        nodes.source_system,
        nodes.identifier,
        coalesce(degrees.degree, 0) as degree,
        coalesce(seeded.reason, 'more than {{ limit }} e-mails, or contacts of one source') as reason
    from candidates
    inner join nodes on candidates.node_no = nodes.node_no
    left join degrees on candidates.node_no = degrees.node_no
    left join seeded on candidates.node_no = seeded.node_no
    where seeded.node_no is not null or degrees.degree > {{ limit }}

)

select * from shared
