{#- An aggregate: a fingerprint of a group's rows as text, the same in whatever order they come; repeats count. -#}
{%- macro rows_hash(columns) -%}
    {{ return(adapter.dispatch('rows_hash')(columns)) }}
{%- endmacro -%}

{%- macro default__rows_hash(columns) -%}
    cast(
        sum(cast(cast(cast({{ dbt.concat(["'x'", 'substr(' ~ surrogate_key(columns) ~ ', 1, 15)']) }} as bit(60)) as bigint) as decimal(38, 0)))
        as {{ dbt.type_string() }}
    )
{%- endmacro -%}

{%- macro spark__rows_hash(columns) -%}
    cast(
        sum(cast(conv(substr({{ surrogate_key(columns) }}, 1, 15), 16, 10) as decimal(38, 0))) as {{ dbt.type_string() }}
    )
{%- endmacro -%}

{%- macro duckdb__rows_hash(columns) -%}
    cast(sum(hash({{ columns | join(', ') }})) as {{ dbt.type_string() }})
{%- endmacro -%}
