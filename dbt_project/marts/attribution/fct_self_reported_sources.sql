with credits as (

    select * from {{ ref('fct_attribution_credits') }}

),

conversions as (

    select * from {{ ref('fct_conversions') }}

),

people as (

    select * from {{ ref('dim_people') }}

),

sources as (

    select
        conversions.conversion_key,
        coalesce(nullif(trim(people.self_reported_source), ''), 'unknown') as self_reported_source
    from conversions
    left join people on conversions.person_key = people.person_key

),

-- Credits add up as decimals, whose sum is the same in any order, so that a second run doesn't differ in the last bit.
self_reported_sources as (

    select
        credits.conversion_type,
        credits.model,
        sources.self_reported_source,
        credits.channel,
        cast(sum(cast(credits.credit as decimal(38, 15))) as double) as conversions,
        cast(sum(credits.credited_value_reporting) as decimal(24, 6)) as value_reporting
    from credits
    inner join sources on credits.conversion_key = sources.conversion_key
    group by credits.conversion_type, credits.model, sources.self_reported_source, credits.channel
    order by credits.conversion_type, credits.model, sources.self_reported_source, credits.channel nulls first

)

select * from self_reported_sources
