{#- What a lead is scored by, in the order in which the estimator numbers its reasons: the words a salesperson reads, and
    whether the signal is a category (compared with a regular expression) or a number (compared with a range). -#}
{%- macro lead_signals() -%}
    {{ return({
        'lifecycle_stage': ('category', 'stage'),
        'segment': ('category', 'segment'),
        'country': ('category', 'country'),
        'industry': ('category', 'industry'),
        'size_band': ('category', 'employees'),
        'lead_source': ('category', 'lead source'),
        'acquisition_channel': ('category', 'first came by'),
        'touchpoints_30d': ('number', 'touches in the last 30 days'),
        'touchpoints_90d': ('number', 'touches in the last 90 days'),
        'email_clicks_30d': ('number', 'e-mail clicks in the last 30 days'),
        'content_downloads_90d': ('number', 'pieces of content taken in the last 90 days'),
        'demo_requests_90d': ('number', 'demo requests in the last 90 days'),
        'activities_inbound_30d': ('number', 'answers to us in the last 30 days'),
        'activities_outbound_30d': ('number', 'times we reached out in the last 30 days'),
        'meetings_90d': ('number', 'meetings in the last 90 days'),
        'days_since_last_touch': ('number', 'days since the last touch'),
        'days_in_stage': ('number', 'days in the stage'),
        'days_as_lead': ('number', 'days as a lead'),
        'times_recycled': ('number', 'times sent back to an earlier stage'),
    }) }}
{%- endmacro -%}
