{%- set counts = {
    'logins_30d': ('login', 'month'),
    'logins_90d': ('login', 'quarter'),
    'email_opens_90d': ('email_open', 'quarter'),
    'email_clicks_30d': ('email_click', 'month'),
    'email_clicks_90d': ('email_click', 'quarter'),
    'visits_30d': ('visit', 'month'),
    'visits_90d': ('visit', 'quarter'),
    'activities_inbound_90d': ('activity_inbound', 'quarter'),
    'activities_outbound_90d': ('activity_outbound', 'quarter'),
    'orders_90d': ('order', 'quarter'),
} -%}

with snapshot_dates as (

    select
        snapshot_date,
        snapshot_at,
        {{ dbt.dateadd('day', -30, 'snapshot_at') }} as month_before,
        {{ dbt.dateadd('day', -90, 'snapshot_at') }} as quarter_before
    from {{ ref('int_risk__snapshot_dates') }}

),

engagement_events as (

    select * from {{ ref('int_risk__engagement_events') }}

),

-- An event meets the few days it counts for, not every snapshot of its customer.
engagement_features as (

    select
        engagement_events.customer_key,
        snapshot_dates.snapshot_date,
        {%- for feature, (kind, window) in counts.items() %}
        count(
            case when engagement_events.kind = '{{ kind }}'
            {%- if window == 'month' %} and engagement_events.occurred_at >= snapshot_dates.month_before{% endif %} then 1 end
        ) as {{ feature }},
        {%- endfor %}
        max(case when engagement_events.kind = 'login' then engagement_events.occurred_at end) as last_login_at
    from engagement_events
    inner join snapshot_dates
        on engagement_events.occurred_at >= snapshot_dates.quarter_before
        and engagement_events.known_at <= snapshot_dates.snapshot_at
    group by engagement_events.customer_key, snapshot_dates.snapshot_date

)

select * from engagement_features
