with rules as (

    select * from {{ ref('canonical_exclusion_rules') }}

),

matched as (

    select
        identifiers.company_key,
        min(matches.rule_no) as rule_no
    from {{ ref('canonical_exclusion_matches') }} as matches
    inner join {{ ref('canonical_company_identifiers') }} as identifiers
        on matches.source_system = identifiers.source_system
        and matches.record_id = identifiers.company_id
    where matches.object = 'company'
    group by identifiers.company_key

),

excluded as (

    select
        matched.company_key,
        rules.reason,
        matched.rule_no
    from matched
    inner join rules on matched.rule_no = rules.rule_no

)

select * from excluded
