with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

touchpoints as (

    select
        *,
        case
            when referrer like '%://%' then {{ dbt.split_part('lower(trim(referrer))', "'://'", 2) }}
            else lower(trim(referrer))
        end as referrer_without_scheme
    from {{ ref('stg_files__touchpoints') }}

),

records as (

    select
        'files' as source_system,
        touchpoints.touchpoint_id,
        touchpoints.contact_id,
        touchpoints.anonymous_id,
        touchpoints.click_id,
        touchpoints.email,
        lower(trim(touchpoints.channel)) as given_channel,
        touchpoints.utm_source as given_utm_source,
        touchpoints.utm_medium as given_utm_medium,
        touchpoints.utm_campaign as given_utm_campaign,
        coalesce(lower(trim(touchpoints.utm_source)), '') as utm_source,
        coalesce(lower(trim(touchpoints.utm_medium)), '') as utm_medium,
        coalesce(lower(trim(touchpoints.utm_campaign)), '') as utm_campaign,
        touchpoints.utm_content,
        touchpoints.utm_term,
        coalesce(
            {{ dbt.split_part(
                dbt.split_part(dbt.split_part('touchpoints.referrer_without_scheme', "'/'", 1), "'?'", 1), "':'", 1
            ) }},
            ''
        ) as referrer_host,
        coalesce(touchpoints.touch_type, 'session') as touch_type,
        touchpoints.content_type,
        touchpoints.content_name,
        coalesce(touchpoints.is_retargeting, false) as is_retargeting,
        touchpoints.occurred_at
    from touchpoints
    cross join as_of
    where touchpoints.occurred_at <= as_of.as_of

)

select * from records
