-- Fails if the learnt score is judged on other leads or outcomes than the rules are.
with calibration as (

    select
        score_name,
        sum(leads) as leads,
        sum(opportunities) as opportunities
    from {{ ref('fct_lead_score_calibration') }}
    group by score_name

)

select
    learnt.leads,
    learnt.opportunities,
    rules.leads as leads_of_rules,
    rules.opportunities as opportunities_of_rules
from calibration as learnt
left join calibration as rules
    on rules.score_name = 'rule'
where
    learnt.score_name = 'learnt'
    and (
        rules.leads is null
        or learnt.leads != rules.leads
        or learnt.opportunities != rules.opportunities
    )
