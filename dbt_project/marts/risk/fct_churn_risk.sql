with snapshots as (

    select * from {{ ref('int_risk__snapshots') }}
    where is_current

),

customers as (

    select * from {{ ref('dim_customers') }}

),

contract_features as (

    select * from {{ ref('int_risk__contract_features') }}

),

scores as (

    select * from {{ ref('int_risk__scores') }}

),

scored as (

    select
        snapshots.customer_key,
        customers.customer_id,
        customers.segment,
        contract_features.plan,
        contract_features.mrr_reporting,
        case when scores.refusal is null then scores.probability end as churn_probability_90d,
        case when scores.refusal is null then scores.reason_1 end as main_driver,
        case
            when scores.refusal is null
                then {{ dbt.concat(['scores.reason_2', "coalesce(" ~ dbt.concat(["'; '", 'scores.reason_3']) ~ ", '')"]) }}
        end as further_drivers,
        case
            when scores.customer_key is null then 'not learnt from these customers yet'
            else scores.refusal
        end as refusal,
        snapshots.snapshot_at as scored_at
    from snapshots
    inner join customers
        on snapshots.customer_key = customers.customer_key
    inner join contract_features
        on snapshots.customer_key = contract_features.customer_key
        and snapshots.snapshot_date = contract_features.snapshot_date
    left join scores
        on snapshots.customer_key = scores.customer_key
        and snapshots.snapshot_date = scores.snapshot_date

),

-- Customers of one probability share a place, and so a band.
ranked as (

    select
        *,
        cume_dist() over (order by churn_probability_90d desc nulls last) as place
    from scored

),

churn_risk as (

    select
        customer_key,
        customer_id,
        segment,
        plan,
        mrr_reporting,
        churn_probability_90d,
        case
            when churn_probability_90d is null then null
            when place <= {{ var('churn_risk_high_share') }} then 'high'
            when place <= {{ var('churn_risk_medium_share') }} then 'medium'
            else 'low'
        end as risk_band,
        main_driver,
        further_drivers,
        refusal,
        scored_at
    from ranked
    order by customer_key

)

select * from churn_risk
