with journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

paths as (

    select * from {{ ref('int_attribution__paths') }}

),

models as (

    select * from {{ ref('int_attribution__models') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

credits as (

    {%- for family in ['position', 'last_non_direct', 'decay'] %}
    select conversion_key, model, touchpoint_key, cast(credit as double) as credit
    from {{ ref('int_attribution__' ~ family ~ '_credits') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

shapley_shares as (

    select * from {{ ref('int_attribution__shapley_shares') }}

),

-- Sums of decimals are the same in any order.
summed as (

    select
        credits.conversion_key,
        credits.model,
        paths.channel,
        cast(sum(cast(credits.credit as decimal(38, 15))) as double) as credit
    from credits
    inner join paths
        on credits.conversion_key = paths.conversion_key
        and credits.touchpoint_key = paths.touchpoint_key
    group by credits.conversion_key, credits.model, paths.channel
    union all
    select conversion_key, 'shapley' as model, channel, cast(touches * cast(credit as decimal(28, 15)) as double) as credit
    from shapley_shares

),

credit_shares as (

    select
        cast(journeys.type_no as smallint) as type_no,
        cast(journeys.journey_no as integer) as journey_no,
        cast(models.model_no as smallint) as model_no,
        cast(channel_numbers.channel_no as integer) as channel_no,
        summed.credit,
        cast(journeys.value_reporting as double) as value
    from summed
    inner join journeys
        on summed.conversion_key = journeys.conversion_key
    inner join models
        on summed.model = models.model
    inner join channel_numbers
        on summed.channel = channel_numbers.channel

)

select * from credit_shares
