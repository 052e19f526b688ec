{{ config(group='attribution') }}

-- Fails if what a model gives a channel, added up over int_attribution__credit_shares, isn't what it gives the channel's touches in
-- fct_attribution_credits.
with credit_shares as (

    select * from {{ ref('int_attribution__credit_shares') }}

),

credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

type_numbers as (

    select * from {{ ref('int_attribution__type_numbers') }}

),

models as (

    select * from {{ ref('int_attribution__models') }}

),

channel_numbers as (

    select * from {{ ref('int_attribution__channel_numbers') }}

),

of_shares as (

    select
        type_numbers.conversion_type,
        models.model,
        channel_numbers.channel,
        cast(credit_shares.credit as decimal(38, 15)) as credit
    from credit_shares
    inner join type_numbers
        on credit_shares.type_no = type_numbers.type_no
    inner join models
        on credit_shares.model_no = models.model_no
    inner join channel_numbers
        on credit_shares.channel_no = channel_numbers.channel_no

),

both_ways as (

    select conversion_type, model, channel, credit
    from of_shares
    union all
    select conversion_type, model, channel, -1 * cast(credit as decimal(38, 15))
    from credits
    where touchpoint_key is not null and model <> 'markov'

),

failures as (

    select
        conversion_type,
        model,
        channel,
        sum(credit) as more_credit
    from both_ways
    group by conversion_type, model, channel
    having abs(sum(credit)) > 0.000001

)

select * from failures
