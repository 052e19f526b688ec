with links as (

    select * from {{ ref('canonical_identity_links') }}

),

shared as (

    select * from {{ ref('canonical_shared_identifiers') }}

),

edges as (

    select
        links.left_no,
        links.right_no
    from links
    left join shared as left_shared on links.left_no = left_shared.node_no
    left join shared as right_shared on links.right_no = right_shared.node_no
    where left_shared.node_no is null and right_shared.node_no is null

)

select * from edges
