{#- The host of a URL in lower case, without port; a URL without a scheme starts with its host. -#}
{%- macro url_host(url) -%}
    {%- set rest = "case when lower(" ~ url ~ ") like '%://%' then "
        ~ dbt.split_part("lower(trim(" ~ url ~ "))", "'://'", 2) ~ " else lower(trim(" ~ url ~ ")) end" -%}
    {{ dbt.split_part(dbt.split_part(dbt.split_part(rest, "'/'", 1), "'?'", 1), "':'", 1) }}
{%- endmacro -%}
