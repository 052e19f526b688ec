-- Fails if the kinds of touches before an outcome are not all of its touches, or an opportunity or won deal of a person is missing.
with touches_to_outcome as (

    select * from {{ ref('fct_touches_to_outcome') }}

),

not_all as (

    select person_key, outcome
    from touches_to_outcome
    where touches != email_clicks + email_opens + web_visits + calls + emails + meetings + other_activities
        or touchpoints < email_clicks + email_opens + web_visits
        or touchpoints > touches
        or (touches = 0) != (first_touch_at is null)

),

missing as (

    select distinct
        conversions.person_key,
        conversions.conversion_type as outcome
    from {{ ref('fct_conversions') }} as conversions
    left join touches_to_outcome
        on conversions.person_key = touches_to_outcome.person_key
        and conversions.conversion_type = touches_to_outcome.outcome
    where conversions.conversion_type in ('opportunity', 'won')
        and conversions.person_key is not null
        and touches_to_outcome.person_key is null

)

select * from not_all
union all
select * from missing
