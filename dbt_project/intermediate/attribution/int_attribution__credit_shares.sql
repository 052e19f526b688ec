with journeys as (

    select * from {{ ref('int_attribution__journeys') }}

),

models as (

    select * from {{ ref('int_attribution__models') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

credits as (

    {%- for family in ['position', 'last_non_direct', 'decay'] %}
    select conversion_key, model, channel, cast(credit as decimal(38, 15)) as credit
    from {{ ref('int_attribution__' ~ family ~ '_credits') }}
    union all
    {%- endfor %}
    select conversion_key, 'shapley' as model, channel, cast(touches * cast(credit as decimal(28, 15)) as decimal(38, 15)) as credit
    from {{ ref('int_attribution__shapley_shares') }}

),

-- Grouped by numbers, which take a fifth of the room of keys and names.
numbered as (

    select
        cast(journeys.type_no as smallint) as type_no,
        cast(journeys.journey_no as integer) as journey_no,
        cast(models.model_no as smallint) as model_no,
        cast(channel_numbers.channel_no as integer) as channel_no,
        credits.credit,
        cast(journeys.value_reporting as double) as value
    from credits
    inner join journeys
        on credits.conversion_key = journeys.conversion_key
    inner join models
        on credits.model = models.model
    inner join channel_numbers
        on credits.channel = channel_numbers.channel

),

-- Sums of decimals are the same in any order.
credit_shares as (

    select
        type_no,
        journey_no,
        model_no,
        channel_no,
        cast(sum(credit) as double) as credit,
        max(value) as value
    from numbered
    group by type_no, journey_no, model_no, channel_no

)

select * from credit_shares
