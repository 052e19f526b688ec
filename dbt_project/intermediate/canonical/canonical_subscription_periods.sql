with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

supplied as (

    select
        'files' as source_system,
        *
    from {{ ref('stg_files__subscription_periods') }}

),

-- Purchases after as_of have no party.
parties as (

    select * from {{ ref('canonical_purchase_parties') }}
    where purchase = 'subscription_period'

),

excluded_purchases as (

    select * from {{ ref('canonical_excluded_purchases') }}

),

periods as (

    select
        supplied.subscription_id,
        supplied.source_system,
        coalesce(parties.company_key, parties.person_key) as customer_key,
        supplied.customer_id,
        parties.person_key,
        parties.company_key,
        supplied.started_at,
        case when supplied.ended_at <= as_of.as_of then supplied.ended_at end as ended_at,
        supplied.monthly_amount,
        {{ currency_or_reporting('supplied.currency') }} as currency,
        case
            when coalesce(supplied.is_trial, false) then cast(0 as decimal(24, 6))
            else cast(
                supplied.monthly_amount * coalesce(supplied.quantity, 1) - coalesce(supplied.discount_amount, 0)
                as decimal(24, 6)
            )
        end as mrr,
        supplied.plan,
        coalesce(supplied.interval_months, 1) as interval_months,
        coalesce(supplied.quantity, 1) as quantity,
        coalesce(supplied.segment, 'unknown') as segment,
        coalesce(supplied.is_trial, false) as is_trial,
        case when supplied.ended_at <= as_of.as_of then supplied.cancel_reason end as cancel_reason,
        case when supplied.ended_at <= as_of.as_of then supplied.churn_type end as churn_type
    from supplied
    cross join as_of
    inner join parties
        on supplied.source_system = parties.source_system
        and supplied.subscription_id = parties.purchase_id
        and supplied.started_at = parties.purchased_at
    left join excluded_purchases
        on parties.purchase = excluded_purchases.purchase
        and parties.source_system = excluded_purchases.source_system
        and parties.purchase_id = excluded_purchases.purchase_id
        and parties.purchased_at = excluded_purchases.purchased_at
    where excluded_purchases.purchase_id is null

)

select * from periods
