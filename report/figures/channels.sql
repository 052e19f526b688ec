-- Won deals by channel and model with the interval that a bootstrap gives them, against what the channel cost.
with

credits as (
    select * from marts.fct_attribution_intervals where conversion_type = 'won'
),

spend as (
    select channel, sum(spend_reporting) as spend_reporting
    from marts.fct_channel_spend
    group by channel
)

select
    coalesce(credits.channel, spend.channel) as channel,
    credits.model,
    credits.conversions,
    cast(credits.value_reporting as double) as value_reporting,
    cast(credits.value_low as double) as value_low,
    cast(credits.value_high as double) as value_high,
    credits.verdict,
    cast(spend.spend_reporting as double) as spend_reporting
from credits
full join spend on credits.channel = spend.channel
order by channel, model
