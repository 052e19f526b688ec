{#- The host of a web address as companies share it: lower case, without scheme, www., port and path. -#}
{%- macro normalised_domain(domain) -%}
    {%- set host -%}
        {{ dbt.split_part(dbt.split_part(dbt.split_part(
            "replace(replace(lower(trim(" ~ domain ~ ")), 'https://', ''), 'http://', '')", "'/'", 1
        ), "'?'", 1), "':'", 1) }}
    {%- endset -%}
    nullif(case when {{ host }} like 'www.%' then substring({{ host }}, 5) else {{ host }} end, '')
{%- endmacro -%}
