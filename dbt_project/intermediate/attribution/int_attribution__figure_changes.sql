with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

versions as (

    select * from {{ ref('stg_run__version') }}

),

figures as (

    select * from {{ ref('int_attribution__figures') }}

),

published as (

    select
        *,
        row_number() over (
            partition by figure, period_month, channel, model, conversion_type
            order by version desc nulls last
        ) as statement_no
    from {{ ref('stg_run__published_figures') }}

),

published_months as (

    select distinct period_month from published

),

both_sides as (

    select figure, period_month, channel, model, conversion_type, value as value_after, cast(0 as decimal(38, 9)) as value_before, null as stood_since
    from figures
    union all
    select figure, period_month, channel, model, conversion_type, cast(0 as decimal(38, 9)), value_after, version
    from published
    where statement_no = 1

),

compared as (

    select
        figure,
        period_month,
        channel,
        model,
        conversion_type,
        sum(value_before) as value_before,
        sum(value_after) as value_after,
        max(stood_since) as stood_since
    from both_sides
    group by figure, period_month, channel, model, conversion_type

),

-- A month that no publication has told of is told for the first time; in one that was told, what is new stood at 0.
changes as (

    select
        versions.version,
        compared.stood_since,
        compared.figure,
        compared.period_month,
        compared.channel,
        compared.model,
        compared.conversion_type,
        case when published_months.period_month is not null then compared.value_before end as value_before,
        compared.value_after
    from compared
    cross join as_of
    cross join versions
    left join published_months on compared.period_month = published_months.period_month
    where
        compared.value_before != compared.value_after
        and {{ dbt.dateadd('month', 1, 'compared.period_month') }} <= as_of.as_of_date

)

select * from changes
