{#- What a customer's risk is told by, in the order in which the estimator numbers its reasons: the words a reader sees, and
    whether the signal is a category or a number, of which none is negative. -#}
{%- macro churn_signals() -%}
    {{ return({
        'plan': ('category', 'plan'),
        'segment': ('category', 'segment'),
        'tenure_months': ('number', 'months as a subscriber'),
        'earlier_spells': ('number', 'times it left and came back'),
        'mrr': ('number', 'monthly revenue'),
        'mrr_ratio_90d': ('number', 'monthly revenue over that of 90 days before'),
        'contractions_180d': ('number', 'reductions in the last 180 days'),
        'failed_payments': ('number', 'subscriptions ended by failed payments'),
        'subscriptions': ('number', 'subscriptions running'),
        'term_months': ('number', 'months of a term'),
        'days_to_term_end': ('number', 'days to the end of the term'),
        'logins_30d': ('number', 'logins in the last 30 days'),
        'logins_90d': ('number', 'logins in the last 90 days'),
        'days_since_login': ('number', 'days since the last login (90: or more)'),
        'email_opens_90d': ('number', 'e-mails opened in the last 90 days'),
        'email_clicks_30d': ('number', 'e-mail clicks in the last 30 days'),
        'email_clicks_90d': ('number', 'e-mail clicks in the last 90 days'),
        'visits_30d': ('number', 'visits in the last 30 days'),
        'visits_90d': ('number', 'visits in the last 90 days'),
        'activities_inbound_90d': ('number', 'times they turned to us in the last 90 days'),
        'activities_outbound_90d': ('number', 'times we reached out in the last 90 days'),
        'orders_90d': ('number', 'orders in the last 90 days'),
        'last_nps': ('number', 'last nps score'),
        'last_csat': ('number', 'last csat score'),
    }) }}
{%- endmacro -%}
