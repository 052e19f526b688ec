-- Fails if a customer whose spell runs at as_of has no risk, or somebody else has one.
with spells as (

    select customer_key from {{ ref('canonical_subscription_spells') }}
    where ended_at is null

),

risks as (

    select customer_key from {{ ref('fct_churn_risk') }}

)

select
    spells.customer_key as customer_without_risk,
    risks.customer_key as risk_without_customer
from spells
full join risks
    on spells.customer_key = risks.customer_key
where spells.customer_key is null or risks.customer_key is null
