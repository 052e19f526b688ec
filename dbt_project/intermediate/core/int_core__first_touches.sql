with touchpoints as (

    select * from {{ ref('canonical_touchpoints') }}

),

numbered as (

    select
        person_key,
        touchpoint_id,
        occurred_at,
        channel,
        campaign_key,
        row_number() over (
            partition by person_key
            order by occurred_at, touchpoint_id
        ) as touch_no
    from touchpoints
    where person_key is not null

),

first_touches as (

    select
        person_key,
        touchpoint_id,
        channel,
        campaign_key,
        occurred_at
    from numbered
    where touch_no = 1

)

select * from first_touches
