{#- A number that tells a row's values from others': the sum of those of some rows tells their set, whatever their order. It needn't
    be the same on another engine or after an upgrade: whoever keeps it builds anew what differs. -#}
{%- macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{%- endmacro -%}

{%- macro default__row_hash(columns) -%}
    hashtextextended({{ surrogate_key(columns) }}, 0)
{%- endmacro -%}

{%- macro spark__row_hash(columns) -%}
    xxhash64({{ surrogate_key(columns) }})
{%- endmacro -%}

{%- macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro -%}

{#- The hashes of a group as one number. -#}
{%- macro sum_of_hashes(expression) -%}
    sum(cast({{ expression }} as decimal(38, 0)))
{%- endmacro -%}

{#- A group's rows as one text, the same in whatever order they come; repeats count. -#}
{%- macro rows_hash(columns) -%}
    cast({{ sum_of_hashes(row_hash(columns)) }} as {{ dbt.type_string() }})
{%- endmacro -%}
