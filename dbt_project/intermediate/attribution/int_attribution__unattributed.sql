with conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

models as (

    select * from {{ ref('int_attribution__models') }}

),

known_people as (

    select distinct conversion_key from {{ ref('int_attribution__subjects') }}

),

paths as (

    select * from {{ ref('int_attribution__paths') }}

),

touches_in_window as (

    select * from {{ ref('int_attribution__touches_in_window') }}

),

first_touches as (

    select * from {{ ref('int_attribution__first_touches') }}

),

position_credits as (

    select * from {{ ref('int_attribution__position_credits') }}

),

credited as (

    select distinct
        position_credits.conversion_key,
        position_credits.model
    from position_credits
    inner join models
        on position_credits.model = models.model
    where not models.is_always_credited

),

path_lengths as (

    select
        conversion_key,
        touches_in_path
    from paths
    where touch_no = 1

),

withheld as (

    select distinct conversion_key
    from touches_in_window
    where is_withheld

),

-- A path none of whose touches has a position that the model weighs has touches, but none for this model.
unattributed as (

    select
        conversions.conversion_key,
        models.model,
        coalesce(path_lengths.touches_in_path, 0) as touches_in_path,
        case
            when path_lengths.conversion_key is not null then 'no_touch'
            when conversions.person_key is null and conversions.company_key is null and known_people.conversion_key is null
                then 'no_identity'
            when withheld.conversion_key is not null then 'withheld_by_consent'
            when first_touches.first_touched_at <= conversions.converted_at then 'outside_window'
            else 'no_touch'
        end as unattributed_reason
    from conversions
    cross join models
    left join path_lengths
        on conversions.conversion_key = path_lengths.conversion_key
    left join known_people
        on conversions.conversion_key = known_people.conversion_key
    left join withheld
        on conversions.conversion_key = withheld.conversion_key
    left join first_touches
        on conversions.conversion_key = first_touches.conversion_key
    left join credited
        on conversions.conversion_key = credited.conversion_key
        and models.model = credited.model
    where
        path_lengths.conversion_key is null
        or (not models.is_always_credited and credited.conversion_key is null)

)

select * from unattributed
