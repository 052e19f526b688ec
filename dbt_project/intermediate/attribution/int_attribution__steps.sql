{%- set touch = 'channel, previous_channel, channel_before_previous' -%}

with paths as (

    select * from {{ ref('int_attribution__paths') }}

),

-- Read apart: a CTE that is read twice is held in memory.
last_touches as (

    select * from {{ ref('int_attribution__paths') }}
    where is_last

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

lost_touches as (

    select * from {{ ref('int_attribution__lost_touches') }}

),

entered as (

    select conversion_type, {{ touch }}, count(*) as touches
    from paths
    group by conversion_type, {{ touch }}

),

-- Sums of decimals are the same in any order.
converted as (

    select
        last_touches.conversion_type,
        last_touches.channel,
        last_touches.previous_channel,
        last_touches.channel_before_previous,
        count(*) as touches,
        sum(conversions.value_reporting) as value
    from last_touches
    inner join conversions
        on last_touches.conversion_key = conversions.conversion_key
    group by
        last_touches.conversion_type, last_touches.channel, last_touches.previous_channel,
        last_touches.channel_before_previous

),

steps as (

    select conversion_type, {{ touch }}, cast(null as integer) as end_no, touches, cast(null as decimal(38, 6)) as value
    from entered
    union all
    select conversion_type, {{ touch }}, -1, touches, value
    from converted
    union all
    select conversion_type, {{ touch }}, cast(null as integer), touches, cast(null as decimal(38, 6))
    from lost_touches
    union all
    select conversion_type, {{ touch }}, -2, touches, cast(null as decimal(38, 6))
    from lost_touches
    where is_last

)

select * from steps
