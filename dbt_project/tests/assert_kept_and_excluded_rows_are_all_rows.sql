-- Fails if the rows of an entity up to as_of are more or fewer than those that the canonical layer keeps and those that
-- observability.excluded_rows counts.
{%- set supplied = {
    'activities': ['stg_files__activities', 'occurred_at'],
    'conversions': ['stg_files__conversions', 'converted_at'],
    'feedback': ['stg_files__feedback', 'responded_at'],
    'funnel_events': ['stg_files__funnel_events', 'occurred_at'],
    'orders': ['stg_files__orders', 'ordered_at'],
    'subscription_periods': ['stg_files__subscription_periods', 'started_at'],
} %}

with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

all_rows as (

    {%- for entity, origin in supplied.items() %}
    select '{{ entity }}' as entity, count(*) as all_rows
    from {{ ref(origin[0]) }}
    cross join as_of
    where {{ origin[1] }} <= as_of.as_of
    union all
    {%- endfor %}
    select 'email_events' as entity, count(*) as all_rows
    from (
        select occurred_at from {{ ref('canonical_mailchimp_events') }}
        union all
        select occurred_at from {{ ref('stg_files__email_events') }}
    ) as email_events
    cross join as_of
    where occurred_at <= as_of.as_of
    union all
    select 'touchpoints' as entity, count(*) as all_rows from {{ ref('canonical_all_touchpoints') }}
    union all
    select 'contacts' as entity, count(*) as all_rows from {{ ref('canonical_contact_records') }}
    union all
    select 'companies' as entity, count(distinct company_key) as all_rows from {{ ref('canonical_company_identifiers') }}
    union all
    select 'deals' as entity, count(*) as all_rows from {{ ref('canonical_deal_records') }}
    where deleted_at is null
    union all
    select 'lifecycle_history' as entity, count(*) as all_rows
    from {{ ref('canonical_lifecycle_entries') }} as entries
    inner join {{ ref('canonical_contact_identifiers') }} as identifiers
        on entries.source_system = identifiers.source_system
        and entries.contact_id = identifiers.contact_id
    where not entries.is_later

),

kept as (

    {%- for entity in [
        'activities', 'companies', 'contacts', 'conversions', 'deals', 'email_events', 'feedback',
        'funnel_events', 'lifecycle_history', 'orders', 'subscription_periods', 'touchpoints',
    ] %}
    select '{{ entity }}' as entity, count(*) as kept_rows from {{ ref('canonical_' ~ entity) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

excluded as (

    select
        entity,
        sum(rows) as excluded_rows
    from {{ ref('excluded_rows') }}
    group by entity

)

select
    all_rows.entity,
    all_rows.all_rows,
    kept.kept_rows,
    excluded.excluded_rows
from all_rows
inner join kept on all_rows.entity = kept.entity
left join excluded on all_rows.entity = excluded.entity
where all_rows.all_rows != kept.kept_rows + coalesce(excluded.excluded_rows, 0)
