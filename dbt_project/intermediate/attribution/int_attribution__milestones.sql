with subjects as (

    select * from {{ ref('int_attribution__subjects') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

milestones as (

    select
        subjects.conversion_key,
        min(case when conversions.conversion_type = 'lead' then conversions.converted_at end) as lead_at,
        min(
            case
                when
                    conversions.conversion_type = 'opportunity'
                    and (subjects.deal_key is null or subjects.deal_key = conversions.deal_key)
                    then conversions.converted_at
            end
        ) as opportunity_at
    from subjects
    inner join conversions
        on subjects.person_key = conversions.person_key
        and subjects.converted_at >= conversions.converted_at
    where conversions.conversion_type in ('lead', 'opportunity')
    group by subjects.conversion_key

)

select * from milestones
