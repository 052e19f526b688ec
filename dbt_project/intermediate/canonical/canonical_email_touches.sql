{{ config(materialized='view') }}
{%- set prefixes = {'click': 'email', 'open': 'open'} if var('attribution_email_opens') else {'click': 'email'} -%}

with events as (

    select * from {{ ref('canonical_all_email_events') }}
    where not is_machine

),

email_touches as (

    {%- for event_type, prefix in prefixes.items() %}
    select
        {{ dbt.concat(["'" ~ prefix ~ ":'", 'event_id']) }} as touchpoint_id,
        source_system,
        person_key,
        occurred_at,
        'email' as channel,
        campaign_key,
        'email_{{ event_type }}' as touch_type,
        excluded_by
    from events
    where event_type = '{{ event_type }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from email_touches
