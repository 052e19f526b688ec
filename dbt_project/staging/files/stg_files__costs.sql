with source as (

    select * from {{ source('raw_files', 'costs') }}

),

renamed as (

    select
        category,
        channel,
        currency,

        cast(amount as decimal(24, 6)) as amount,

        month as cost_month,

        dense_rank() over (
            partition by month, category, channel, currency
            order by _source_file desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
