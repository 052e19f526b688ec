with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

channel_spend as (

    select * from {{ ref('fct_channel_spend') }}

),

channel_performance as (

    select * from {{ ref('fct_channel_performance') }}

),

acquired as (

    select * from {{ ref('fct_acquisition_cost') }}
    where channel != 'all'

),

spend as (

    select
        period_month,
        channel,
        sum(spend_reporting) as spend
    from channel_spend
    group by period_month, channel

),

-- Of the models, those whose credits hang on the conversion's own journey: markov learns from all journeys, so that each new
-- one moves every month a little. Credits add up as decimals, whose sum is the same in any order.
earned as (

    select
        period_month,
        coalesce(channel, 'unattributed') as channel,
        model,
        conversion_type,
        sum(cast(conversions as decimal(38, 12))) as conversions,
        sum(value_reporting) as value_reporting
    from channel_performance
    where conversions > 0 and model != 'markov'
    group by period_month, coalesce(channel, 'unattributed'), model, conversion_type

),

figures as (

    select
        'spend' as figure, period_month, channel, '' as model, '' as conversion_type, cast(spend as decimal(38, 9)) as value
    from spend
    union all
    select 'conversions', period_month, channel, model, conversion_type, cast(conversions as decimal(38, 9)) from earned
    union all
    select 'value', period_month, channel, model, conversion_type, cast(value_reporting as decimal(38, 9)) from earned
    where value_reporting is not null
    union all
    select 'leads', period_month, channel, '', 'lead', cast(new_leads as decimal(38, 9)) from acquired
    where new_leads > 0
    union all
    select 'customers', period_month, channel, '', '', cast(new_customers as decimal(38, 9)) from acquired
    where new_customers > 0

),

complete as (

    select figures.*
    from figures
    cross join as_of
    where {{ dbt.dateadd('month', 1, 'figures.period_month') }} <= as_of.as_of_date

)

select * from complete
