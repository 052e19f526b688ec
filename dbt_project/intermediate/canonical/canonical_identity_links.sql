{%- set pairs = [
    ('contact', 'email'), ('contact', 'anonymous'), ('email', 'anonymous'),
    ('click', 'contact'), ('click', 'email'), ('click', 'anonymous'), ('member', 'email'),
] -%}
with nodes as (

    select * from {{ ref('canonical_identity_nodes') }}

),

sets as (

    select * from {{ ref('canonical_identity_sets') }}

),

merges as (

    select * from {{ ref('canonical_contact_merges') }}
    where unmerged_at is null

),

{% for kind in ['email', 'contact', 'anonymous', 'click', 'member'] -%}
{{ kind }}_nodes as (

    select * from nodes
    where kind = '{{ kind }}'

),

{% endfor -%}
numbered as (

    select
        email_nodes.node_no as email_no,
        contact_nodes.node_no as contact_no,
        anonymous_nodes.node_no as anonymous_no,
        click_nodes.node_no as click_no,
        member_nodes.node_no as member_no,
        sets.known_at
    from sets
    left join email_nodes on sets.email = email_nodes.identifier
    left join contact_nodes
        on sets.contact_system = contact_nodes.source_system
        and sets.contact_id = contact_nodes.identifier
    left join anonymous_nodes
        on sets.source_system = anonymous_nodes.source_system
        and sets.anonymous_id = anonymous_nodes.identifier
    left join click_nodes
        on sets.source_system = click_nodes.source_system
        and sets.click_id = click_nodes.identifier
    left join member_nodes
        on sets.source_system = member_nodes.source_system
        and sets.member_id = member_nodes.identifier

),

pairs as (

    {% for one, other in pairs -%}
    select {{ one }}_no as one_no, {{ other }}_no as other_no, known_at, false as is_merge from numbered
    union all
    {% endfor -%}
    select losers.node_no as one_no, winners.node_no as other_no, merges.merged_at as known_at, true as is_merge
    from merges
    inner join contact_nodes as losers
        on merges.loser_system = losers.source_system
        and merges.loser_id = losers.identifier
    inner join contact_nodes as winners
        on merges.winner_system = winners.source_system
        and merges.winner_id = winners.identifier

),

links as (

    select
        least(one_no, other_no) as left_no,
        greatest(one_no, other_no) as right_no,
        min(known_at) as known_at,
        min(case when is_merge then 1 else 0 end) = 1 as is_merge_alone
    from pairs
    where one_no != other_no
    group by least(one_no, other_no), greatest(one_no, other_no)

)

select * from links
