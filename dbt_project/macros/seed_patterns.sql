{#- A seed's regular expressions as one, remembered before a model is built. DuckDB compiles an expression that
    comes from a row anew for each row (27 us), and one that is a constant once. -#}
{%- macro remember_patterns(name, seed, condition='true') -%}
    {{ return(adapter.dispatch('remember_patterns')(name, seed, condition)) }}
{%- endmacro -%}

{%- macro default__remember_patterns(name, seed, condition) -%}{%- endmacro -%}

{%- macro duckdb__remember_patterns(name, seed, condition) -%}
    set variable {{ name }} = (
        select string_agg('(?:' || pattern || ')', '|') from {{ seed }} where {{ condition }}
    )
{%- endmacro -%}

{#- A connection outlives the model: another that asks must not find what isn't its own. -#}
{%- macro forget_patterns(name) -%}
    {{ return(adapter.dispatch('forget_patterns')(name)) }}
{%- endmacro -%}

{%- macro default__forget_patterns(name) -%}{%- endmacro -%}

{%- macro duckdb__forget_patterns(name) -%}
    reset variable {{ name }}
{%- endmacro -%}

{#- Whether a text can match one of the remembered expressions, without regard to case; true where nothing is
    remembered, so that whoever asks must still match each expression. -#}
{%- macro may_match(value, name) -%}
    {{ return(adapter.dispatch('may_match')(value, name)) }}
{%- endmacro -%}

{%- macro default__may_match(value, name) -%}
    true
{%- endmacro -%}

{%- macro duckdb__may_match(value, name) -%}
    coalesce(regexp_matches({{ value }}, '(?i)' || getvariable('{{ name }}')), true)
{%- endmacro -%}

{#- A seed's regular expressions one by one, remembered in an order, as numbered in it. -#}
{%- macro remember_numbered_patterns(name, seed, pattern, order_by) -%}
    {{ return(adapter.dispatch('remember_numbered_patterns')(name, seed, pattern, order_by)) }}
{%- endmacro -%}

{%- macro default__remember_numbered_patterns(name, seed, pattern, order_by) -%}{%- endmacro -%}

{%- macro duckdb__remember_numbered_patterns(name, seed, pattern, order_by) -%}
    set variable {{ name }} = (
        select list({{ pattern }} order by {{ order_by }}) from {{ seed }} where {{ pattern }} is not null
    )
{%- endmacro -%}

{#- Whether a text contains a match of the pattern that the row carries under its number. -#}
{%- macro matches_numbered(value, pattern, number, name) -%}
    {{ return(adapter.dispatch('matches_numbered')(value, pattern, number, name)) }}
{%- endmacro -%}

{%- macro default__matches_numbered(value, pattern, number, name) -%}
    {{ regex_matches(value, pattern) }}
{%- endmacro -%}

{#- Each of the first patterns is a constant of its own; one beyond them, or not remembered, is compiled row by row. -#}
{%- macro duckdb__matches_numbered(value, pattern, number, name) -%}
    case
        when getvariable('{{ name }}') is null then regexp_matches({{ value }}, {{ pattern }})
        {%- for place in range(1, 25) %}
        when {{ number }} = {{ place }} then regexp_matches({{ value }}, getvariable('{{ name }}')[{{ place }}])
        {%- endfor %}
        else regexp_matches({{ value }}, {{ pattern }})
    end
{%- endmacro -%}
