{#- An expression that stops the query with a message when, and only when, it is evaluated. -#}
{%- macro stop_with(message) -%}
    {{ return(adapter.dispatch('stop_with')(message)) }}
{%- endmacro -%}

{#- No standard function raises; casting the message to a number does, and quotes it. -#}
{%- macro default__stop_with(message) -%}
    cast({{ message }} as integer)
{%- endmacro -%}

{%- macro duckdb__stop_with(message) -%}
    error({{ message }})
{%- endmacro -%}

{%- macro spark__stop_with(message) -%}
    raise_error({{ message }})
{%- endmacro -%}
