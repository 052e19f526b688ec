with credits as (

    select * from {{ ref('fct_attribution_credits') }}
    where touchpoint_key is not null

),

type_journeys as (

    select * from {{ ref('int_attribution__type_journeys') }}

),

credited as (

    select
        conversion_type,
        model,
        channel,
        sum(cast(credit as decimal(38, 15))) as credit
    from credits
    group by conversion_type, model, channel

),

shares as (

    select
        conversion_type,
        model,
        channel,
        cast(credit as double) / cast(sum(credit) over (partition by conversion_type, model) as double) as share
    from credited

),

models as (

    select distinct
        conversion_type,
        model
    from shares

),

channels as (

    select distinct
        conversion_type,
        channel
    from shares

),

-- Every model has every channel here, with a share of 0 where it gives nothing.
all_shares as (

    select
        models.conversion_type,
        models.model,
        channels.channel,
        cast(coalesce(shares.share, 0) as decimal(28, 15)) as share
    from models
    inner join channels
        on models.conversion_type = channels.conversion_type
    left join shares
        on models.conversion_type = shares.conversion_type
        and models.model = shares.model
        and channels.channel = shares.channel

),

-- Decimals add up alike in whatever order they come; doubles would not.
distances as (

    select
        one.conversion_type,
        one.model,
        other.model as other_model,
        sum(abs(one.share - other.share)) as share_difference
    from all_shares as one
    inner join all_shares as other
        on one.conversion_type = other.conversion_type
        and one.channel = other.channel
        and one.model <> other.model
    group by one.conversion_type, one.model, other.model

),

with_index as (

    select conversion_type, model, other_model, cast(share_difference as double) / 2 as share_distance
    from distances
    union all
    select conversion_type, 'all' as model, 'all' as other_model, cast(sum(share_difference) as double) / 2 / count(*) as share_distance
    from distances
    group by conversion_type

),

model_disagreement as (

    select
        with_index.conversion_type,
        with_index.model,
        with_index.other_model,
        case when type_journeys.verdict is null then with_index.share_distance end as share_distance,
        type_journeys.verdict
    from with_index
    inner join type_journeys
        on with_index.conversion_type = type_journeys.conversion_type
    order by with_index.conversion_type, with_index.model, with_index.other_model

)

select * from model_disagreement
