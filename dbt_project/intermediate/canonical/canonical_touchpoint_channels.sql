with touchpoints as (

    select * from {{ ref('canonical_touchpoint_records') }}

),

candidates as (

    select * from {{ ref('canonical_channel_candidates') }}

),

first_rules as (

    select
        touchpoints.source_system,
        touchpoints.touchpoint_id,
        min(candidates.rule_order) as rule_order
    from touchpoints
    inner join candidates
        on touchpoints.utm_source = candidates.utm_source
        and touchpoints.utm_medium = candidates.utm_medium
        and touchpoints.utm_campaign = candidates.utm_campaign
        and touchpoints.referrer_host = candidates.referrer_host
    where touchpoints.given_channel is null
        and (
            candidates.click_id_pattern is null
            or {{ regex_matches("coalesce(touchpoints.click_id, '')", 'candidates.click_id_pattern') }}
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
