-- The open deals worth most that are in danger, each with its reason.
select
    deal_id,
    pipeline,
    owner,
    stage,
    cast(amount_reporting as double) as amount_reporting,
    close_date_expected,
    risk,
    risk_reason
from marts.fct_deals_at_risk
where risk is not null
order by amount_reporting desc nulls last, deal_id
limit 12
