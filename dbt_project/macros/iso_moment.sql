{#- A UTC timestamp as text to the second, for example 2026-01-31T08:05:09Z. -#}
{%- macro iso_moment(timestamp) -%}
    {{ dbt.concat([
        "replace(substring(cast(" ~ timestamp ~ " as " ~ dbt.type_string() ~ "), 1, 19), ' ', 'T')", "'Z'"
    ]) }}
{%- endmacro -%}
