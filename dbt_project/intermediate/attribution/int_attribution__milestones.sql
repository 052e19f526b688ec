with subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

people_milestones as (

    select
        subjects.conversion_key,
        min(case when conversions.conversion_type = 'lead' then conversions.converted_at end) as lead_at,
        min(case when conversions.conversion_type = 'opportunity' then conversions.converted_at end) as opportunity_at
    from subjects
    inner join conversions
        on subjects.person_key = conversions.person_key
        and subjects.converted_at >= conversions.converted_at
    where
        conversions.conversion_type = 'lead'
        or (conversions.conversion_type = 'opportunity' and subjects.deal_key is null)
    group by subjects.conversion_key

),

deal_milestones as (

    select
        conversions.conversion_key,
        min(opportunities.converted_at) as opportunity_at
    from conversions
    inner join conversions as opportunities
        on conversions.deal_key = opportunities.deal_key
        and conversions.converted_at >= opportunities.converted_at
    where opportunities.conversion_type = 'opportunity'
    group by conversions.conversion_key

),

milestones as (

    select
        coalesce(people_milestones.conversion_key, deal_milestones.conversion_key) as conversion_key,
        people_milestones.lead_at,
        coalesce(people_milestones.opportunity_at, deal_milestones.opportunity_at) as opportunity_at
    from people_milestones
    full outer join deal_milestones
        on people_milestones.conversion_key = deal_milestones.conversion_key

)

select * from milestones
