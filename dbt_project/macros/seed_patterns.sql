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
