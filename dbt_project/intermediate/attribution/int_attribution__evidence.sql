{%- set seeds = {
    'activity_channels': ['type', 'direction', 'channel'],
    'ad_channel_types': ['platform', 'channel_type', 'utm_source', 'utm_medium'],
    'attribution_lookbacks': ['conversion_type', 'channel', 'lookback_days'],
    'attribution_weights': ['model', 'position', 'weight'],
    'channel_rules': [
        'rule_order', 'channel', 'click_id', 'utm_source', 'utm_medium', 'utm_campaign', 'referrer_host', 'is_paid', 'is_direct'
    ],
    'exclusions': ['object', 'field', 'pattern', 'reason'],
    'free_mail_domains': ['domain'],
    'shared_identifiers': ['kind', 'pattern', 'reason'],
    'stage_map': ['source_system', 'object', 'source_stage', 'stage', 'is_closed', 'is_won'],
} -%}
{%- set vars = [
    'reporting_currency', 'reporting_time_zone', 'attribution_lookback_days', 'attribution_subject',
    'attribution_collapse_repeats', 'attribution_email_opens', 'attribution_paths', 'time_decay_half_life_days',
    'identity_degree_limit',
] -%}

with conversions as (

    select
        'conversions' as subject,
        conversion_type as detail,
        {{ reporting_month('converted_at') }} as period_month,
        count(*) as row_count,
        {{ rows_hash(['conversion_key']) }} as rows_seen,
        {{ rows_hash(['conversion_key', 'person_key', 'company_key']) }} as people_seen,
        {{ rows_hash(['conversion_key', 'value_reporting']) }} as values_seen
    from {{ ref('fct_conversions') }}
    group by conversion_type, {{ reporting_month('converted_at') }}

),

touchpoints as (

    select
        'touchpoints' as subject,
        '' as detail,
        {{ reporting_month('occurred_at') }} as period_month,
        count(*) as row_count,
        {{ rows_hash(['touchpoint_key']) }} as rows_seen,
        {{ rows_hash(['touchpoint_key', 'person_key']) }} as people_seen,
        {{ rows_hash(['touchpoint_key', 'channel', 'campaign_key']) }} as values_seen
    from {{ ref('fct_touchpoints') }}
    group by {{ reporting_month('occurred_at') }}

),

rules as (

    {%- for seed, columns in seeds.items() %}
    select '{{ seed }}' as detail, {{ rows_hash(columns) }} as values_seen from {{ ref(seed) }}
    union all
    {%- endfor %}
    {%- for name in vars %}
    select '{{ name }}' as detail, '{{ local_md5(var(name) | string) }}' as values_seen
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

evidence as (

    select * from conversions
    union all
    select * from touchpoints
    union all
    select 'merges', '', cast(null as date), count(*), {{ rows_hash(['loser_system', 'loser_id', 'winner_id', 'unmerged_at']) }}, '', ''
    from {{ ref('canonical_contact_merges') }}
    union all
    select 'consents', '', cast(null as date), count(*), {{ rows_hash(['person_key', 'purpose', 'status', 'recorded_at']) }}, '', ''
    from {{ ref('canonical_consents') }}
    union all
    select
        'rates', '', cast({{ dbt.date_trunc('month', 'rate_date') }} as date), count(*), '', '',
        {{ rows_hash(['rate_date', 'currency', 'rate_to_reporting']) }}
    from {{ ref('exchange_rates') }}
    group by cast({{ dbt.date_trunc('month', 'rate_date') }} as date)
    union all
    select
        'spend', '', cast({{ dbt.date_trunc('month', 'date_day') }} as date), count(*), '', '',
        {{ rows_hash(['source_system', 'platform', 'account_id', 'campaign_id', 'ad_group_id', 'ad_id', 'date_day', 'currency', 'spend']) }}
    from {{ ref('fct_ad_performance') }}
    group by cast({{ dbt.date_trunc('month', 'date_day') }} as date)
    union all
    select
        'campaigns', '', period_month, count(*), {{ rows_hash(['campaign_key']) }}, '', {{ rows_hash(['campaign_key', 'channel']) }}
    from {{ ref('fct_channel_spend') }}
    group by period_month
    union all
    select 'rules', detail, cast(null as date), 1, '', '', values_seen from rules

),

typed as (

    select
        subject,
        cast(detail as {{ dbt.type_string() }}) as detail,
        cast(period_month as date) as period_month,
        cast(row_count as bigint) as row_count,
        coalesce(rows_seen, '') as rows_seen,
        coalesce(people_seen, '') as people_seen,
        coalesce(values_seen, '') as values_seen
    from evidence

)

select * from typed
