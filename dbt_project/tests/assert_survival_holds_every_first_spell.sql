-- Fails if the curves of a segment name begin with, or lose, more or fewer customers than had a first spell, or ended it; or if a
-- month doesn't begin with those whom the month before left.
with survival as (

    select
        *,
        lead(at_risk) over (
            partition by segment_name, segment_value
            order by tenure_months asc nulls last
        ) as next_at_risk
    from {{ ref('fct_churn_survival') }}

),

first_spells as (

    select
        count(*) as customers,
        count(ended_at) as churned
    from {{ ref('canonical_subscription_spells') }}
    where spell_no = 1

),

names as (

    select
        segment_name,
        sum(case when tenure_months = 0 then at_risk else 0 end) as customers,
        sum(churned) as churned
    from survival
    group by segment_name

)

select
    names.segment_name,
    cast(null as {{ dbt.type_bigint() }}) as tenure_months
from names
cross join first_spells
where names.customers != first_spells.customers or names.churned != first_spells.churned
union all
select
    segment_name,
    tenure_months
from survival
where at_risk - churned - censored != coalesce(next_at_risk, 0)
