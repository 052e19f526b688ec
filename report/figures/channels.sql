-- Won value by channel, one column a model, against what the channel cost.
with

won as (
    select * from marts.fct_channel_performance where conversion_type = 'won'
),

spend as (
    select channel, sum(spend_reporting) as spend_reporting
    from marts.fct_channel_spend
    group by channel
),

credits as (
    select channel, model, sum(conversions) as conversions, sum(value_reporting) as value_reporting
    from won
    group by channel, model
)

select
    coalesce(credits.channel, spend.channel, '(unattributed)') as channel,
    credits.model,
    credits.conversions,
    cast(credits.value_reporting as double) as value_reporting,
    cast(spend.spend_reporting as double) as spend_reporting,
    cast(credits.value_reporting as double) / nullif(cast(spend.spend_reporting as double), 0)
        as return_on_ad_spend
from credits
full join spend on credits.channel = spend.channel
order by channel, model
