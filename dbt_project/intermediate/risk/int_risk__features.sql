with snapshots as (

    select
        *,
        {{ reporting_day('spell_started_at') }} as spell_started_day,
        {{ reporting_day('snapshot_at', is_moment=true) }} as snapshot_day
    from {{ ref('int_risk__snapshots') }}

),

contract_features as (

    select * from {{ ref('int_risk__contract_features') }}

),

billing_features as (

    select * from {{ ref('int_risk__billing_features') }}

),

engagement_features as (

    select * from {{ ref('int_risk__engagement_features') }}

),

feedback_features as (

    select * from {{ ref('int_risk__feedback_features') }}

),

features as (

    select
        snapshots.customer_key,
        snapshots.snapshot_date,
        snapshots.is_current,
        snapshots.is_training,
        snapshots.is_evaluation,
        snapshots.is_lost,
        contract_features.plan,
        contract_features.segment,
        cast(
            greatest({{ completed_months('snapshots.spell_started_day', 'snapshots.snapshot_day') }}, 0) as bigint
        ) as tenure_months,
        cast(snapshots.spell_no - 1 as bigint) as earlier_spells,
        greatest(round(cast(contract_features.mrr_reporting as double), 2), 0.0) as mrr,
        contract_features.mrr_ratio_90d,
        cast(billing_features.contractions_180d as bigint) as contractions_180d,
        cast(billing_features.failed_payments as bigint) as failed_payments,
        contract_features.subscriptions,
        contract_features.term_months,
        contract_features.days_to_term_end,
        {%- for feature in [
            'logins_30d', 'logins_90d', 'email_opens_90d', 'email_clicks_30d', 'email_clicks_90d', 'visits_30d', 'visits_90d',
            'activities_inbound_90d', 'activities_outbound_90d', 'orders_90d',
        ] %}
        coalesce(engagement_features.{{ feature }}, 0) as {{ feature }},
        {%- endfor %}
        cast(coalesce(
            floor({{ fractional_days('engagement_features.last_login_at', 'snapshots.snapshot_at') }}), 90
        ) as bigint) as days_since_login,
        cast(feedback_features.last_nps as double) as last_nps,
        cast(feedback_features.last_csat as double) as last_csat
    from snapshots
    inner join contract_features
        on snapshots.customer_key = contract_features.customer_key
        and snapshots.snapshot_date = contract_features.snapshot_date
    inner join billing_features
        on snapshots.customer_key = billing_features.customer_key
        and snapshots.snapshot_date = billing_features.snapshot_date
    left join engagement_features
        on snapshots.customer_key = engagement_features.customer_key
        and snapshots.snapshot_date = engagement_features.snapshot_date
    left join feedback_features
        on snapshots.customer_key = feedback_features.customer_key
        and snapshots.snapshot_date = feedback_features.snapshot_date

)

select * from features
