with rules as (

    select * from {{ ref('canonical_exclusion_rules') }}

),

excluded_people as (

    select * from {{ ref('canonical_excluded_people') }}

),

excluded as (

    {%- for entity in ['activities', 'companies', 'conversions', 'email_events', 'feedback', 'funnel_events', 'touchpoints'] %}
    select source_system, '{{ entity }}' as entity, excluded_by as rule_no from {{ ref('canonical_all_' ~ entity) }}
    where excluded_by is not null
    union all
    {%- endfor %}
    select records.source_system, 'contacts' as entity, excluded_people.rule_no
    from {{ ref('canonical_contact_records') }} as records
    inner join {{ ref('canonical_person_identifiers') }} as identifiers
        on identifiers.kind = 'contact'
        and records.source_system = identifiers.source_system
        and records.contact_id = identifiers.identifier
    inner join excluded_people on identifiers.person_key = excluded_people.person_key
    union all
    select entries.source_system, 'lifecycle_history' as entity, excluded_people.rule_no
    from {{ ref('canonical_lifecycle_entries') }} as entries
    inner join {{ ref('canonical_contact_identifiers') }} as identifiers
        on entries.source_system = identifiers.source_system
        and entries.contact_id = identifiers.contact_id
    inner join excluded_people on identifiers.person_key = excluded_people.person_key
    where not entries.is_later
    union all
    select records.source_system, 'deals' as entity, excluded_deals.rule_no
    from {{ ref('canonical_deal_records') }} as records
    inner join {{ ref('canonical_excluded_deals') }} as excluded_deals
        on records.deal_key = excluded_deals.deal_key
    where records.deleted_at is null
    union all
    select source_system, case when purchase = 'order' then 'orders' else 'subscription_periods' end as entity, rule_no
    from {{ ref('canonical_excluded_purchases') }}

),

excluded_rows as (

    select
        excluded.source_system,
        excluded.entity,
        rules.object,
        rules.field,
        rules.pattern,
        rules.reason,
        count(*) as rows
    from excluded
    inner join rules on excluded.rule_no = rules.rule_no
    group by excluded.source_system, excluded.entity, rules.object, rules.field, rules.pattern, rules.reason
    order by excluded.source_system, excluded.entity, rules.object, rules.field, rules.pattern

)

select * from excluded_rows
