{%- set outcomes = ['reply', 'meeting', 'opportunity', 'won'] -%}

with activities as (

    select * from {{ ref('fct_activities') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

outbound as (

    select
        *,
        row_number() over (
            partition by person_key
            order by occurred_at asc nulls last, activity_id asc nulls last, activity_key asc nulls last
        ) as activity_no
    from activities
    where direction = 'outbound'

),

-- Sorted in time with an outcome before the activities of its own moment, the greatest number so far is that of the last
-- activity strictly before the outcome.
moments as (

    select person_key, occurred_at, activity_no, null as outcome
    from outbound
    where person_key is not null
    union all
    select person_key, occurred_at, null as activity_no, 'reply' as outcome
    from activities
    where direction = 'inbound' and person_key is not null
    union all
    select person_key, occurred_at, null as activity_no, 'meeting' as outcome
    from activities
    where type = 'meeting' and person_key is not null
    union all
    select person_key, converted_at as occurred_at, null as activity_no, conversion_type as outcome
    from conversions
    where conversion_type in ('opportunity', 'won') and person_key is not null

),

preceded as (

    select
        person_key,
        occurred_at,
        outcome,
        max(activity_no) over (
            partition by person_key
            order by occurred_at asc nulls last, activity_no asc nulls first
            rows between unbounded preceding and current row
        ) as activity_no
    from moments

),

credited as (

    select
        outbound.activity_key,
        {%- for outcome in outcomes %}
        count(
            case
                when preceded.outcome = '{{ outcome }}'
                    and preceded.occurred_at <= {{ dbt.dateadd('day', var('activity_' ~ outcome ~ '_days'), 'outbound.occurred_at') }}
                    then 1
            end
        ) as {{ outcome }}_count{{ ',' if not loop.last }}
        {%- endfor %}
    from outbound
    left join preceded
        on outbound.person_key = preceded.person_key
        and outbound.activity_no = preceded.activity_no
        and preceded.outcome is not null
    group by outbound.activity_key

)

select * from credited
