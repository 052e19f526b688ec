with source as (

    select * from {{ source('raw_files', 'conversions') }}

),

renamed as (

    select
        conversion_id,
        contact_id,
        anonymous_id,
        click_id,

        conversion_type,
        email,
        currency,

        cast(value as decimal(24, 6)) as value,

        cast(converted_at as {{ dbt.type_timestamp() }}) as converted_at,

        row_number() over (
            partition by conversion_type, conversion_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
