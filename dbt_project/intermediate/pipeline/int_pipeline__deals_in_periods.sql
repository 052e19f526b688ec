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

lifetimes as (

    select
        *,
        least(coalesce(created_on, closed_on), coalesce(closed_on, created_on)) as first_day,
        case
            when is_closed then greatest(coalesce(created_on, closed_on), coalesce(closed_on, created_on))
            else cast('9999-12-30' as date)
        end as last_day
    from deal_dimensions

),

deals_of_periods as (

    select
        periods.period_grain,
        periods.period_start,
        periods.from_day,
        periods.to_day,
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
            or (lifetimes.first_day < periods.to_day and lifetimes.last_day >= periods.from_day)
        )

),

-- Where no creation is known, the closing proves that the deal was open before.
flagged as (

    select
        *,
        case
            when period_grain = 'all' or created_on is null then is_counted
            else created_on < to_day
                and (created_on >= from_day or not is_closed or coalesce(closed_on >= from_day, false))
        end as is_at_work
    from deals_of_periods

),

deals_in_periods as (

    select * from flagged
    where is_counted or is_at_work

)

select * from deals_in_periods
