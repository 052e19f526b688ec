with channels as (

    select * from {{ ref('dim_channels') }}

),

channel_numbers as (

    select
        channel,
        row_number() over (order by channel asc nulls last) as channel_no
    from channels

)

select * from channel_numbers
