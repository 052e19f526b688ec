with people as (

    select * from {{ ref('dim_people') }}
    where lifecycle_stage in ('lead', 'mql', 'sal', 'sql')

),

runs as (

    select * from {{ ref('int_funnel__stage_runs') }}

),

activities as (

    select * from {{ ref('fct_activities') }}
    where direction = 'outbound'

),

conversions as (

    select distinct person_key
    from {{ ref('fct_conversions') }}
    where conversion_type in ('opportunity', 'won') and person_key is not null

),

furthest as (

    select
        person_key,
        stage,
        stage_order,
        row_number() over (
            partition by person_key
            order by stage_order desc nulls last, run_no asc nulls last
        ) as place
    from runs

),

leads as (

    select
        people.person_key,
        people.contact_id,
        people.owner,
        coalesce(people.segment, 'unknown') as segment,
        people.lead_source,
        runs.stage,
        runs.stage_order,
        runs.entered_at,
        furthest.stage as furthest_stage,
        furthest.stage_order as furthest_stage_order
    from people
    inner join runs
        on people.person_key = runs.person_key
        and people.lifecycle_stage = runs.stage
        and runs.is_current
    inner join furthest
        on people.person_key = furthest.person_key
        and furthest.place = 1
    left join conversions on people.person_key = conversions.person_key
    where conversions.person_key is null

),

responses as (

    select
        leads.person_key,
        min(activities.occurred_at) as first_response_at
    from leads
    inner join activities
        on leads.person_key = activities.person_key
        and leads.entered_at <= activities.occurred_at
    group by leads.person_key

),

lead_stages as (

    select
        leads.*,
        responses.first_response_at
    from leads
    left join responses on leads.person_key = responses.person_key

)

select * from lead_stages
