{#- dbt's own form for DuckDB is a plain cast, which stops the run at the first value that isn't of the type. -#}
{%- macro duckdb__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro -%}
