{#- The day of a UTC timestamp in the reporting time zone. -#}
{%- macro reporting_day(timestamp) -%}
    {%- if var('reporting_time_zone') == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- else -%}
        {{ return(adapter.dispatch('reporting_day')(timestamp)) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__reporting_day(timestamp) -%}
    cast(({{ timestamp }}) at time zone 'UTC' at time zone '{{ var("reporting_time_zone") }}' as date)
{%- endmacro -%}

{%- macro spark__reporting_day(timestamp) -%}
    to_date(from_utc_timestamp({{ timestamp }}, '{{ var("reporting_time_zone") }}'))
{%- endmacro -%}

{#- First day of the month of a UTC timestamp in the reporting time zone. -#}
{%- macro reporting_month(timestamp) -%}
    cast({{ dbt.date_trunc('month', reporting_day(timestamp)) }} as date)
{%- endmacro -%}
