with touchpoints as (

    select * from {{ ref('canonical_touchpoints') }}
    where click_id is not null and person_key is not null

),

linking as (

    select * from {{ ref('canonical_person_identifiers') }}
    where kind = 'click'

),

-- A click that came with one identifier only is whose that is.
clicks as (

    select
        touchpoints.source_system,
        touchpoints.click_id,
        min(touchpoints.person_key) as person_key,
        min(touchpoints.occurred_at) as valid_from
    from touchpoints
    left join linking
        on touchpoints.source_system = linking.source_system
        and touchpoints.click_id = linking.identifier
    where linking.identifier is null
    group by touchpoints.source_system, touchpoints.click_id

)

select * from clicks
