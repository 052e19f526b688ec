with source as (

    select * from {{ source('raw_files', 'funnel_events') }}

),

renamed as (

    select
        event_id,
        contact_id,
        anonymous_id,

        event_name,
        email,
        segment,
        currency,

        cast(value as decimal(24, 6)) as value,

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
