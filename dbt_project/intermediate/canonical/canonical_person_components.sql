with edges as (

    select * from {{ ref('canonical_identity_edges') }}

),

estimates as (

    select * from {{ ref('stg_estimates__person_components') }}

),

-- Node numbers are those of one build: components of other edges would make strangers one person.
checksums as (

    select cast(sum(mod(left_no * right_no + left_no, 2147483647)) as bigint) as edges_checksum
    from edges

),

components as (

    select
        estimates.node_no,
        estimates.component_no
    from estimates
    inner join checksums on estimates.edges_checksum = checksums.edges_checksum
    where estimates.component_no != estimates.node_no

)

select * from components
