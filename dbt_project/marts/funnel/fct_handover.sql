with handovers as (

    select * from {{ ref('int_funnel__handovers') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

activities as (

    select * from {{ ref('fct_activities') }}
    where person_key is not null

),

responses as (

    select
        handovers.person_key,
        handovers.handover_no,
        min(activities.occurred_at) as first_response_at
    from handovers
    inner join activities
        on handovers.person_key = activities.person_key
        and handovers.mql_at <= activities.occurred_at
        and coalesce(activities.occurred_at < handovers.next_mql_at, true)
    where activities.direction = 'outbound'
    group by handovers.person_key, handovers.handover_no

),

last_words as (

    select
        handovers.person_key,
        handovers.handover_no,
        activities.outcome,
        row_number() over (
            partition by handovers.person_key, handovers.handover_no
            order by activities.occurred_at desc nulls last, activities.activity_id desc nulls last
        ) as word_no
    from handovers
    inner join activities
        on handovers.person_key = activities.person_key
        and activities.occurred_at between handovers.mql_at and handovers.rejected_at

),

handover as (

    select
        handovers.person_key,
        cast(handovers.handover_no as integer) as handover_no,
        people.contact_id,
        people.owner,
        coalesce(people.segment, 'unknown') as segment,
        people.lead_source,
        handovers.mql_at,
        responses.first_response_at,
        {{ fractional_days('handovers.mql_at', 'responses.first_response_at') }} * 24 as response_hours,
        handovers.sal_at,
        handovers.sql_at,
        handovers.rejected_at,
        case
            when handovers.sql_at is not null then 'qualified'
            when handovers.rejected_at is not null then 'rejected'
            when handovers.sal_at is not null then 'accepted'
            else 'waiting'
        end as status,
        case
            when handovers.rejected_at is not null then coalesce(last_words.outcome, 'not recorded')
        end as rejection_reason,
        handovers.handover_no > 1 as is_recycled,
        {{ fractional_days('handovers.mql_at', 'handovers.sal_at') }} * 24 as hours_to_sal,
        {{ fractional_days('handovers.mql_at', 'handovers.sql_at') }} as days_to_sql
    from handovers
    left join people on handovers.person_key = people.person_key
    left join responses
        on handovers.person_key = responses.person_key
        and handovers.handover_no = responses.handover_no
    left join last_words
        on handovers.person_key = last_words.person_key
        and handovers.handover_no = last_words.handover_no
        and last_words.word_no = 1
    order by handovers.person_key, handover_no

)

select * from handover
