with conversions as (

    select * from {{ ref('fct_conversions') }}

),

first_touches as (

    select * from {{ ref('int_attribution__first_touches') }}

),

paths as (

    select * from {{ ref('int_attribution__paths') }}

),

position_credits as (

    select * from {{ ref('int_attribution__position_credits') }}

),

weights as (

    select * from {{ ref('attribution_weights') }}

),

models as (

    select distinct model from weights

),

path_lengths as (

    select
        conversion_key,
        count(*) as touches_in_path
    from paths
    group by conversion_key

),

credited as (

    select distinct
        conversion_key,
        model
    from position_credits

),

-- A path none of whose touches has a position that the model weighs has touches, but none for this model.
unattributed as (

    select
        conversions.conversion_key,
        models.model,
        coalesce(path_lengths.touches_in_path, 0) as touches_in_path,
        case
            when conversions.person_key is null and conversions.company_key is null then 'no_identity'
            when path_lengths.touches_in_path > 0 then 'no_touch'
            when first_touches.first_touched_at <= conversions.converted_at then 'outside_window'
            else 'no_touch'
        end as unattributed_reason
    from conversions
    cross join models
    left join credited
        on conversions.conversion_key = credited.conversion_key
        and models.model = credited.model
    left join first_touches
        on conversions.conversion_key = first_touches.conversion_key
    left join path_lengths
        on conversions.conversion_key = path_lengths.conversion_key
    where credited.conversion_key is null

)

select * from unattributed
