-- What each paid channel cost and the value of won deals that each model gives it.
with

spend as (
    select channel, sum(spend_reporting) as spend_reporting
    from marts.fct_channel_spend
    group by channel
    having sum(spend_reporting) > 0
)

select
    spend.channel,
    credits.model,
    cast(spend.spend_reporting as double) as spend_reporting,
    cast(credits.value_reporting as double) as value_reporting
from spend
inner join marts.fct_attribution_intervals as credits on spend.channel = credits.channel
where credits.conversion_type = 'won' and credits.value_reporting is not null
order by channel, model
