{#- Number of a row in the order in which its relation was written; where an engine keeps none, in that of columns. -#}
{%- macro row_order(columns) -%}
    {{ return(adapter.dispatch('row_order')(columns)) }}
{%- endmacro -%}

{%- macro default__row_order(columns) -%}
    row_number() over (order by {{ columns | join(', ') }})
{%- endmacro -%}

{%- macro duckdb__row_order(columns) -%}
    row_number() over ()
{%- endmacro -%}
