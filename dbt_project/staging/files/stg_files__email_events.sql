with source as (

    select * from {{ source('raw_files', 'email_events') }}

),

renamed as (

    select
        event_id,
        campaign_id,

        email,
        event_type,
        campaign_name,
        campaign_kind,
        url,

        is_machine,

        cast(occurred_at as {{ dbt.type_timestamp() }}) as occurred_at,

        row_number() over (
            partition by event_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
