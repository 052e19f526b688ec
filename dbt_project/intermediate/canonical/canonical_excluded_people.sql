{{ config(pre_hook="{{ remember_exclusions() }}", post_hook="{{ forget_exclusions() }}") }}

with identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}

),

rules as (

    select * from {{ ref('canonical_exclusion_rules') }}

),

excluded_companies as (

    select * from {{ ref('canonical_excluded_companies') }}

),

contacts as (

    select identifiers.person_key, companies.company_key
    from {{ ref('canonical_contact_records') }} as records
    inner join identifiers
        on identifiers.kind = 'contact'
        and records.source_system = identifiers.source_system
        and records.contact_id = identifiers.identifier
    left join {{ ref('canonical_company_identifiers') }} as companies
        on records.source_system = companies.source_system
        and records.company_id = companies.company_id

),

-- Whom canonical_people gives to a company by the address alone.
by_domain as (

    select identifiers.person_key, excluded_companies.rule_no
    from excluded_companies
    inner join {{ ref('canonical_company_domains') }} as domains
        on excluded_companies.company_key = domains.company_key
    inner join identifiers
        on identifiers.kind = 'email'
        and identifiers.is_representative
        and {{ dbt.split_part('identifiers.identifier', "'@'", 2) }} = domains.domain
    where identifiers.person_key in (select person_key from contacts group by person_key having count(company_key) = 0)

),

matched_addresses as (

    {{ excluded_records('contact', ref('canonical_person_identifiers'), 'person_key', [['email', 'identifier']],
        condition="rows.kind = 'email'") }}

),

matched as (

    select record_id as person_key, rule_no from matched_addresses
    union all
    select identifiers.person_key, matches.rule_no
    from {{ ref('canonical_exclusion_matches') }} as matches
    inner join identifiers
        on identifiers.kind = 'contact'
        and matches.source_system = identifiers.source_system
        and matches.record_id = identifiers.identifier
    where matches.object = 'contact'
    union all
    select contacts.person_key, excluded_companies.rule_no
    from contacts
    inner join excluded_companies on contacts.company_key = excluded_companies.company_key
    union all
    select person_key, rule_no from by_domain
    union all
    select person_key, rule_no from {{ ref('canonical_excluded_visitors') }}

),

first_rules as (

    select person_key, min(rule_no) as rule_no
    from matched
    group by person_key

),

excluded as (

    select first_rules.person_key, rules.reason, first_rules.rule_no
    from first_rules
    inner join rules on first_rules.rule_no = rules.rule_no

)

select * from excluded
