{%- set counts = ['won_of_all', 'seen_of_all', 'won_of_due', 'seen_of_due', 'won_of_stay', 'seen_of_stay', 'won', 'seen'] -%}
{%- set news = ['new_won', 'new_months', 'latest_new_won', 'latest_new_months'] -%}

with forecasts as (

    select * from {{ ref('int_pipeline__forecasts') }}

),

dates as (

    select * from {{ ref('int_pipeline__forecast_dates') }}

),

wins as (

    select * from {{ ref('int_pipeline__forecast_deals') }}
    where is_booked

),

booked as (

    select
        as_of_date,
        pipeline,
        period_month,
        sum(amount_reporting) as amount_reporting
    from wins
    group by as_of_date, pipeline, period_month

),

-- One row of kind 0 a forecast: what is booked. Kind 1: open deals, no amount where none is told. Kind 2: earlier wins. Kind 3: earlier months.
numbers as (

    select
        forecasts.forecast_no, 0 as row_kind, 0 as cell_no,
        {% for count in counts %}0 as {{ count }}, {% endfor %}
        coalesce(booked.amount_reporting, 0) as amount_reporting, forecasts.target,
        new_business.won as new_won, new_business.months as new_months,
        new_business.won_in_latest_months as latest_new_won, new_business.latest_months as latest_new_months
    from forecasts
    inner join {{ ref('int_pipeline__forecast_new_business') }} as new_business
        on forecasts.forecast_no = new_business.forecast_no
    left join booked
        on forecasts.as_of_date = booked.as_of_date
        and forecasts.pipeline = booked.pipeline
        and forecasts.period_month = booked.period_month
    union all
    select
        forecast_no, 1 as row_kind, cell_no,
        {% for count in counts %}{{ count }}, {% endfor %}
        nullif(amount_reporting, 0) as amount_reporting, null as target,
        {% for new in news %}0 as {{ new }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ ref('int_pipeline__forecast_open_deals') }}
    union all
    select
        forecasts.forecast_no, 2 as row_kind, 0 as cell_no,
        {% for count in counts %}0 as {{ count }}, {% endfor %}
        coalesce(wins.amount_reporting, 0) as amount_reporting, null as target,
        {% for new in news %}0 as {{ new }}{{ ', ' if not loop.last }}{% endfor %}
    from forecasts
    inner join dates
        on forecasts.as_of_date = dates.as_of_date
    inner join wins
        on forecasts.as_of_date = wins.as_of_date
        and forecasts.pipeline = wins.pipeline
        and wins.period_month >= {{ dbt.dateadd('month', -12, 'dates.first_period_month') }}
    union all
    select
        forecasts.forecast_no, 3 as row_kind, 0 as cell_no,
        months.won as won_of_all, months.seen as seen_of_all, {% for count in counts[2:] %}0 as {{ count }}, {% endfor %}
        null as amount_reporting, null as target,
        months.new_won, 1 as new_months, {% for new in news[2:] %}0 as {{ new }}{{ ', ' if not loop.last }}{% endfor %}
    from forecasts
    inner join {{ ref('int_pipeline__forecast_months') }} as months
        on forecasts.as_of_date = months.as_of_date
        and forecasts.months_ahead = months.months_ahead

),

chances as (

    select
        forecast_no,
        row_kind,
        cell_no,
        {% for count in counts %}cast({{ count }} as bigint) as {{ count }}, {% endfor %}
        {% for new in news %}cast({{ new }} as bigint) as {{ new }}, {% endfor %}
        cast(amount_reporting as double) as amount,
        cast(target as double) as target,
        -- Comes back with the draws: draws of other numbers than these aren't this forecast's.
        cast(sum(mod(
            7 * row_kind + cast(round(coalesce(amount_reporting, -1) * 100, 0) as bigint) + cast(round(coalesce(target, -1), 0) as bigint)
            {%- for number in counts + news %} + {{ 10 + loop.index }} * {{ number }}{% endfor %}, 2147483647
        )) over (partition by forecast_no) as bigint) as checksum
    from numbers

)

select * from chances
