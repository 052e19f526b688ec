with touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

activities as (

    select * from {{ ref('fct_activities') }}

),

touches as (

    select
        person_key,
        occurred_at,
        case when touch_type = 'email_click' then 'email_click' else 'web_visit' end as kind
    from touchpoints
    where person_key is not null
    union all
    select
        person_key,
        occurred_at,
        case when type in ('call', 'email', 'meeting') then type else 'other_activity' end as kind
    from activities
    where direction = 'outbound' and person_key is not null

)

select * from touches
