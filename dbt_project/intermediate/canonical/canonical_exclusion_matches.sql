{{ config(pre_hook="{{ remember_exclusions() }}", post_hook="{{ forget_exclusions() }}") }}

with campaigns as (

    select * from {{ ref('canonical_campaigns') }}
    where not is_ad

),

email_events as (

    select
        'mailchimp' as source_system, events.event_id, events.campaign_id, events.email, events.event_type,
        events.occurred_at, campaigns.campaign_name, campaigns.campaign_kind, events.url, events.is_machine
    from {{ ref('canonical_mailchimp_events') }} as events
    left join campaigns
        on campaigns.platform = 'mailchimp'
        and events.campaign_id = campaigns.campaign_id
    union all
    select
        'files' as source_system, event_id, campaign_id, email, event_type, occurred_at, campaign_name, campaign_kind,
        url, is_machine
    from {{ ref('stg_files__email_events') }}

),

matches as (

    {#- A contact's address is an identifier of its person (canonical_excluded_people). -#}
    {{ excluded_records('contact', ref('canonical_contact_records'), 'contact_id', [
        'contact_id', 'created_at', 'first_name', 'last_name', 'company_id', 'lifecycle_stage', 'lead_source',
        'self_reported_source', 'owner', 'country', 'segment', 'is_opted_out', 'updated_at',
    ]) }}
    union all
    {{ excluded_records('company', ref('canonical_company_records'), 'company_id', [
        'company_id', 'name', 'domain', 'industry', 'employee_count', 'country', 'segment', 'created_at',
    ]) }}
    union all
    {{ excluded_records('deal', ref('canonical_deal_records'), 'deal_key', [
        'deal_id', ['stage', 'source_stage'], 'created_at', 'name', 'pipeline', 'amount', 'currency',
        ['closed_at', 'closed_at_given'], ['is_won', 'is_won_given'], 'contact_id', 'company_id', 'owner', 'product',
        'deal_type', 'lead_source', 'segment', 'close_date_expected', ['probability', 'deal_probability'],
        'lost_reason', 'competitor', 'next_activity_at', 'last_activity_at', 'delivered_at', 'updated_at',
    ]) }}
    union all
    {{ excluded_records('touchpoint', ref('stg_files__touchpoints'), 'touchpoint_id', [
        'touchpoint_id', 'occurred_at', 'contact_id', 'email', 'anonymous_id', 'channel', 'utm_source', 'utm_medium',
        'utm_campaign', 'utm_content', 'utm_term', 'click_id', 'referrer', 'landing_url', 'touch_type',
        'is_retargeting', 'content_type', 'content_name', 'user_agent',
    ], source_system="'files'") }}
    union all
    {{ excluded_records('email_event', 'email_events', 'event_id', [
        'event_id', 'campaign_id', 'email', 'event_type', 'occurred_at', 'campaign_name', 'campaign_kind', 'url',
        'is_machine',
    ]) }}
    union all
    {{ excluded_records('order', ref('stg_files__orders'), 'order_id', [
        'order_id', 'customer_id', 'ordered_at', 'amount', 'currency', 'contact_id', 'company_id', 'email', 'product',
        'segment', 'channel',
    ], source_system="'files'") }}
    union all
    {{ excluded_records('activity', ref('stg_files__activities'), 'activity_id', [
        'activity_id', 'occurred_at', ['type', 'activity_type'], 'direction', 'prospecting', 'contact_id', 'deal_id',
        'owner', 'outcome',
    ], source_system="'files'") }}

)

select * from matches
