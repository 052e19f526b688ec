with deal_dimensions as (

    select * from {{ ref('int_pipeline__deal_dimensions') }}

),

periods as (

    select distinct
        'all' as period_grain,
        cast(null as date) as period_start,
        cast('1000-01-01' as date) as from_day,
        cast('9999-12-31' as date) as to_day,
        dimension,
        dimension_value
    from deal_dimensions
    {%- for grain, months in {'year': 12, 'quarter': 3, 'month': 1}.items() %}
    union
    select
        '{{ grain }}' as period_grain,
        cast({{ dbt.date_trunc(grain, 'closed_on') }} as date) as period_start,
        cast({{ dbt.date_trunc(grain, 'closed_on') }} as date) as from_day,
        cast({{ dbt.dateadd('month', months, dbt.date_trunc(grain, 'closed_on')) }} as date) as to_day,
        dimension,
        dimension_value
    from deal_dimensions
    where closed_on is not null
    {%- endfor %}

),

-- Where no creation is known, or one after the closing, the closing alone says which periods the deal lived in; without
-- either it is part of the total only.
lifetimes as (

    select
        *,
        least(coalesce(created_on, closed_on), coalesce(closed_on, created_on)) as lived_from,
        case
            when closed_on is not null then closed_on
            when not is_closed then cast('9999-12-30' as date)
        end as lived_to
    from deal_dimensions

),

deals_in_periods as (

    select
        periods.period_grain,
        periods.period_start,
        lifetimes.*,
        periods.period_grain = 'all'
        or coalesce(lifetimes.closed_on >= periods.from_day and lifetimes.closed_on < periods.to_day, false)
            as is_counted
    from periods
    inner join lifetimes
        on periods.dimension = lifetimes.dimension
        and periods.dimension_value = lifetimes.dimension_value
        and (
            periods.period_grain = 'all'
            or (lifetimes.lived_from < periods.to_day and lifetimes.lived_to >= periods.from_day)
        )

)

select * from deals_in_periods
