with customer_months as (

    select * from {{ ref('int_churn__customer_months') }}

),

months as (

    select * from {{ ref('int_churn__months') }}

),

mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

first_spells as (

    select * from {{ ref('canonical_first_spells') }}

),

last_campaigns as (

    select * from {{ ref('int_churn__last_campaigns') }}

),

last_endings as (

    select * from {{ ref('int_churn__last_endings') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

-- A month that isn't over has yet to lose some of those with whom it began.
opened_with as (

    select
        customer_months.*,
        first_spells.started_day,
        {{ completed_months('first_spells.started_day', 'customer_months.period_month') }} as tenure_months,
        cast({{ dbt.dateadd('month', -1, 'customer_months.period_month') }} as date) as month_before
    from customer_months
    inner join months
        on customer_months.period_month = months.period_month
    inner join first_spells
        on customer_months.customer_key = first_spells.customer_key
    where customer_months.mrr_before_reporting > 0
        and months.next_month <= {{ reporting_day('months.as_of', is_moment=true) }}

),

tenure_bands as (

    select
        tenure_band,
        from_months,
        lead(from_months) over (order by from_months asc nulls last) as next_from_months
    from {{ ref('tenure_bands') }}

),

months_at_risk as (

    select
        opened_with.customer_key,
        opened_with.period_month,
        tenure_bands.tenure_band,
        coalesce(mrr_monthly.plan, 'unknown') as plan,
        cast({{ dbt.date_trunc('month', 'opened_with.started_day') }} as date) as first_month,
        coalesce({{ dbt.concat(['campaigns.platform', "':'", 'campaigns.campaign_id']) }}, 'none') as last_campaign,
        opened_with.mrr_before_reporting,
        opened_with.mrr_after_reporting = 0 as is_lost,
        coalesce(last_endings.cancel_reason, 'unknown') as cancel_reason,
        coalesce(last_endings.churn_type, 'unknown') as churn_type
    from opened_with
    inner join tenure_bands
        on opened_with.tenure_months >= tenure_bands.from_months
        and (tenure_bands.next_from_months is null or opened_with.tenure_months < tenure_bands.next_from_months)
    left join mrr_monthly
        on opened_with.customer_key = mrr_monthly.customer_key
        and opened_with.month_before = mrr_monthly.period_month
    left join last_campaigns
        on opened_with.customer_key = last_campaigns.customer_key
        and opened_with.period_month = last_campaigns.period_month
    left join campaigns
        on last_campaigns.campaign_key = campaigns.campaign_key
    left join last_endings
        on opened_with.customer_key = last_endings.customer_key
        and opened_with.period_month = last_endings.period_month

)

select * from months_at_risk
