{#- One row (date_day) per day from the first to the last date, both included; the ends are expressions
    over single-row relations and may be computed. Ten to the fourth days (27 years) are possible. -#}
{%- macro date_spine(first_date, last_date, bounds) -%}
    select cast({{ dbt.dateadd('day', 'day_no', first_date) }} as date) as date_day
    from {{ bounds }}
    cross join (
        select
            units.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as day_no
        from ({{ digits() }}) as units
        cross join ({{ digits() }}) as tens
        cross join ({{ digits() }}) as hundreds
        cross join ({{ digits() }}) as thousands
    ) as numbers
    where cast({{ dbt.dateadd('day', 'day_no', first_date) }} as date) <= {{ last_date }}
{%- endmacro -%}

{%- macro digits() -%}
    {%- for digit in range(10) -%}
        select {{ digit }} as digit{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}
