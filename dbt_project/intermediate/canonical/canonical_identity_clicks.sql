with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

touches as (

    select
        source_system,
        click_id,
        contact_id,
        {{ normalised_email('email') }} as email,
        anonymous_id,
        occurred_at
    from {{ ref('canonical_touchpoint_records') }}
    where click_id is not null
    union all
    select
        'files' as source_system,
        conversions.click_id,
        conversions.contact_id,
        {{ normalised_email('conversions.email') }} as email,
        conversions.anonymous_id,
        conversions.converted_at as occurred_at
    from {{ ref('stg_files__conversions') }} as conversions
    cross join as_of
    where conversions.click_id is not null and conversions.converted_at <= as_of.as_of

),

-- A conversion that names the click alone is its visitor's. Most clicks are one visit of one visitor: they would be the greatest part of the graph, and link nothing.
linking as (

    select source_system, click_id
    from touches
    group by source_system, click_id
    having min(coalesce(anonymous_id, '')) != max(coalesce(anonymous_id, ''))
        or min(coalesce(email, '')) != max(coalesce(email, ''))
        or min(coalesce(contact_id, '')) != max(coalesce(contact_id, ''))

),

clicks as (

    select
        touches.source_system,
        touches.click_id,
        touches.contact_id,
        touches.email,
        touches.anonymous_id,
        min(touches.occurred_at) as known_at
    from touches
    inner join linking
        on touches.source_system = linking.source_system
        and touches.click_id = linking.click_id
    group by touches.source_system, touches.click_id, touches.contact_id, touches.email, touches.anonymous_id

)

select * from clicks
