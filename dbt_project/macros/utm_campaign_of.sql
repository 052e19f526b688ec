{#- The utm_campaign that an address gives, decoded; NULL where it gives none. A tracker's address may hold another one,
    encoded. Of several addresses in a list the first that has one counts. -#}
{%- macro utm_campaign_of(address) -%}
    {{ url_decoded(_utm_campaign_as_written(
        "case when " ~ address ~ " like '%utm_campaign=%' then " ~ address ~ " else " ~ url_decoded(address) ~ " end"
    )) }}
{%- endmacro -%}

{%- macro _utm_campaign_as_written(address) -%}
    {%- set value = namespace(text=dbt.split_part(address, "'utm_campaign='", 2)) -%}
    {%- for end in ["'&'", "'#'", "'\"'"] -%}
        {%- set value.text = dbt.split_part(value.text, end, 1) -%}
    {%- endfor -%}
    nullif({{ value.text }}, '')
{%- endmacro -%}

{#- A part of an address without its encoding; one that can't be decoded stays as it is. -#}
{%- macro url_decoded(text) -%}
    {{ return(adapter.dispatch('url_decoded')(text)) }}
{%- endmacro -%}

{#- Engines without a function for it: what ASCII names are likely to hold. -#}
{%- macro default__url_decoded(text) -%}
    {%- set plain = {
        '+': ' ', '%20': ' ', '%7C': '|', '%7c': '|', '%3D': '=', '%3d': '=', '%3F': '?', '%3f': '?', '%2F': '/', '%2f': '/',
        '%3A': ':', '%3a': ':', '%2C': ',', '%2c': ',', '%28': '(', '%29': ')', '%5B': '[', '%5b': '[', '%5D': ']',
        '%5d': ']', '%26': '&', '%2B': '+', '%2b': '+', '%25': '%',
    } -%}
    {%- set decoded = namespace(text=text) -%}
    {%- for code, sign in plain.items() -%}
        {%- set decoded.text = "replace(" ~ decoded.text ~ ", '" ~ code ~ "', '" ~ sign ~ "')" -%}
    {%- endfor -%}
    {{ return(decoded.text) }}
{%- endmacro -%}

{%- macro duckdb__url_decoded(text) -%}
    {%- set spaced = "replace(" ~ text ~ ", '+', ' ')" -%}
    {{ return("coalesce(try(url_decode(" ~ spaced ~ ")), " ~ spaced ~ ")") }}
{%- endmacro -%}
