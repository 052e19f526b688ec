{#- Whether a text contains a match of a regular expression. -#}
{%- macro regex_matches(value, pattern) -%}
    {{ return(adapter.dispatch('regex_matches')(value, pattern)) }}
{%- endmacro -%}

{%- macro default__regex_matches(value, pattern) -%}
    {{ value }} ~ {{ pattern }}
{%- endmacro -%}

{%- macro duckdb__regex_matches(value, pattern) -%}
    regexp_matches({{ value }}, {{ pattern }})
{%- endmacro -%}

{%- macro spark__regex_matches(value, pattern) -%}
    {{ value }} rlike {{ pattern }}
{%- endmacro -%}
