with rules as (

    select
        channel,
        max(case when is_paid then 1 else 0 end) = 1 as is_paid,
        max(case when is_direct then 1 else 0 end) = 1 as is_direct
    from {{ ref('channel_rules') }}
    group by channel

),

ad_channels as (

    select distinct channel
    from {{ ref('canonical_campaigns') }}
    where is_ad

),

seen as (

    select channel from {{ ref('canonical_campaigns') }}
    union
    select channel from {{ ref('canonical_touchpoints') }}
    union
    select channel from {{ ref('canonical_orders') }}
    where channel is not null

),

channels as (

    select
        seen.channel,
        coalesce(rules.is_paid, ad_channels.channel is not null) as is_paid,
        coalesce(rules.is_direct, seen.channel = 'direct') as is_direct
    from seen
    left join rules on seen.channel = rules.channel
    left join ad_channels on seen.channel = ad_channels.channel

)

select * from channels
