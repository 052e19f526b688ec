with rules as (

    select
        *,
        case when click_id is not null then
            row_number() over (partition by case when click_id is null then 0 else 1 end order by rule_order)
        end as click_pattern_no
    from {{ ref('channel_rules') }}

),

signatures as (

    select utm_source, utm_medium, utm_campaign, referrer_host
    from {{ ref('canonical_touchpoint_records') }}
    union
    select utm_source, utm_medium, utm_campaign, referrer_host
    from {{ ref('canonical_campaign_signatures') }}

),

matches as (

    select
        signatures.*,
        rules.rule_order,
        rules.channel,
        rules.click_id as click_id_pattern,
        rules.click_pattern_no
    from signatures
    inner join rules
        on (rules.utm_source is null or {{ regex_matches('signatures.utm_source', 'rules.utm_source') }})
        and (rules.utm_medium is null or {{ regex_matches('signatures.utm_medium', 'rules.utm_medium') }})
        and (rules.utm_campaign is null or {{ regex_matches('signatures.utm_campaign', 'rules.utm_campaign') }})
        and (
            rules.referrer_host is null
            or {{ regex_matches('signatures.referrer_host', 'rules.referrer_host') }}
        )

),

ranked as (

    select
        *,
        min(case when click_id_pattern is null then rule_order end) over (
            partition by utm_source, utm_medium, utm_campaign, referrer_host
        ) as first_certain_rule
    from matches

),

candidates as (

    select
        utm_source,
        utm_medium,
        utm_campaign,
        referrer_host,
        rule_order,
        channel,
        click_id_pattern,
        click_pattern_no
    from ranked
    where rule_order <= coalesce(first_certain_rule, rule_order)

)

select * from candidates
