{#- The UTC moment at which a day begins in a time zone, which may be a column. -#}
{%- macro utc_of_midnight(date, time_zone) -%}
    {{ return(adapter.dispatch('utc_of_midnight')(date, time_zone)) }}
{%- endmacro -%}

{%- macro default__utc_of_midnight(date, time_zone) -%}
    (cast({{ date }} as timestamp) at time zone {{ time_zone }}) at time zone 'UTC'
{%- endmacro -%}

{%- macro spark__utc_of_midnight(date, time_zone) -%}
    to_utc_timestamp(cast({{ date }} as timestamp), {{ time_zone }})
{%- endmacro -%}
