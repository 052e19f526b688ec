{#-
    The day of a UTC timestamp in the reporting time zone. Exactly midnight UTC is how a value that was only a date
    arrives, and such a one never shifts; of as_of, which is a moment, the day is asked with is_moment.
-#}
{%- macro reporting_day(timestamp, is_moment=false) -%}
    {%- if var('reporting_time_zone') == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- elif is_moment -%}
        {{ return(adapter.dispatch('zoned_day')(timestamp)) }}
    {%- else -%}
        case
            when {{ timestamp }} = {{ dbt.date_trunc('day', timestamp) }} then cast({{ timestamp }} as date)
            else {{ adapter.dispatch('zoned_day')(timestamp) }}
        end
    {%- endif -%}
{%- endmacro -%}

{%- macro default__zoned_day(timestamp) -%}
    cast(({{ timestamp }}) at time zone 'UTC' at time zone '{{ var("reporting_time_zone") }}' as date)
{%- endmacro -%}

{%- macro spark__zoned_day(timestamp) -%}
    to_date(from_utc_timestamp({{ timestamp }}, '{{ var("reporting_time_zone") }}'))
{%- endmacro -%}

{#- First day of the month of a UTC timestamp in the reporting time zone. -#}
{%- macro reporting_month(timestamp, is_moment=false) -%}
    cast({{ dbt.date_trunc('month', reporting_day(timestamp, is_moment)) }} as date)
{%- endmacro -%}
