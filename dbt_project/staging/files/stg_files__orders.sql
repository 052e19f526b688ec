with source as (

    select * from {{ source('raw_files', 'orders') }}

),

renamed as (

    select
        order_id,
        customer_id,
        contact_id,
        company_id,

        email,
        currency,
        product,
        segment,
        channel,

        cast(amount as decimal(24, 6)) as amount,

        cast(ordered_at as {{ dbt.type_timestamp() }}) as ordered_at,

        row_number() over (
            partition by order_id
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
