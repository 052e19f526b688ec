with conversions as (

    select * from {{ ref('fct_conversions') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

lookbacks as (

    select * from {{ ref('attribution_lookbacks') }}

),

conversion_types as (

    select distinct conversion_type from conversions

),

-- An empty field of the seed means any; a NULL in it reads as empty.
chosen as (

    select
        coalesce(conversion_type, '') as conversion_type,
        coalesce(channel, '') as channel,
        lookback_days
    from lookbacks

),

windows as (

    select
        conversion_types.conversion_type,
        channels.channel,
        coalesce(
            of_both.lookback_days,
            of_type.lookback_days,
            of_channel.lookback_days,
            {{ var('attribution_lookback_days') }}
        ) as lookback_days
    from conversion_types
    cross join channels
    left join chosen as of_both
        on conversion_types.conversion_type = of_both.conversion_type
        and channels.channel = of_both.channel
    left join chosen as of_type
        on conversion_types.conversion_type = of_type.conversion_type
        and of_type.channel = ''
    left join chosen as of_channel
        on channels.channel = of_channel.channel
        and of_channel.conversion_type = ''

)

select * from windows
