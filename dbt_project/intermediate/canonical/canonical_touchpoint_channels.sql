{{ config(
    pre_hook="{{ remember_numbered_patterns('click_id_patterns', ref('channel_rules'), 'click_id', 'rule_order') }}",
    post_hook="{{ forget_patterns('click_id_patterns') }}",
) }}
{%- set signature = ['utm_source', 'utm_medium', 'utm_campaign', 'referrer_host'] -%}

with touchpoints as (

    select * from {{ ref('canonical_touchpoint_records') }}
    where given_channel is null

),

candidates as (

    select * from {{ ref('canonical_channel_candidates') }}

),

-- Most touches have no click id, and then one rule decides all that have the same values.
unclicked_rules as (

    select
        utm_source,
        utm_medium,
        utm_campaign,
        referrer_host,
        min(rule_order) as rule_order
    from candidates
    where click_id_pattern is null or {{ regex_matches("''", 'click_id_pattern') }}
    group by utm_source, utm_medium, utm_campaign, referrer_host

),

first_rules as (

    select
        touchpoints.source_system,
        touchpoints.touchpoint_id,
        unclicked_rules.rule_order
    from touchpoints
    inner join unclicked_rules
        on {% for column in signature -%}
        touchpoints.{{ column }} = unclicked_rules.{{ column }} {{ 'and ' if not loop.last }}
        {%- endfor %}
    where touchpoints.click_id is null
    union all
    select
        touchpoints.source_system,
        touchpoints.touchpoint_id,
        min(candidates.rule_order) as rule_order
    from touchpoints
    inner join candidates
        on {% for column in signature -%}
        touchpoints.{{ column }} = candidates.{{ column }} {{ 'and ' if not loop.last }}
        {%- endfor %}
    where touchpoints.click_id is not null
        and (
            candidates.click_id_pattern is null
            or {{ matches_numbered(
                'touchpoints.click_id', 'candidates.click_id_pattern', 'candidates.click_pattern_no', 'click_id_patterns'
            ) }}
        )
    group by touchpoints.source_system, touchpoints.touchpoint_id

),

ruled as (

    select
        first_rules.source_system,
        first_rules.touchpoint_id,
        rules.channel
    from first_rules
    inner join {{ ref('channel_rules') }} as rules on first_rules.rule_order = rules.rule_order

)

select * from ruled
