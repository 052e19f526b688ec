with source as (

    select * from {{ source('raw_files', 'touchpoints') }}

),

renamed as (

    select
        touchpoint_id,
        contact_id,
        anonymous_id,
        click_id,

        email,
        channel,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        referrer,
        landing_url,
        touch_type,
        content_type,
        content_name,
        user_agent,

        is_retargeting,

        cast(occurred_at as {{ dbt.type_timestamp() }}) as occurred_at,

        row_number() over (
            partition by touchpoint_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
