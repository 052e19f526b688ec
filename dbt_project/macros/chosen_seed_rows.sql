{#- Replaces the rows of a seed by those of the file of its name in the folder FUNNELHOUSE_SEED_PATH, where
    one is set; columns are matched by name. -#}
{%- macro chosen_seed_rows() -%}
    {%- set folder = env_var('FUNNELHOUSE_SEED_PATH', '') -%}
    {%- if folder -%}
        {{ return(adapter.dispatch('chosen_seed_rows')(folder ~ '/' ~ this.identifier ~ '.csv')) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__chosen_seed_rows(file) -%}
    {{ exceptions.raise_compiler_error(
        'FUNNELHOUSE_SEED_PATH is read on DuckDB only: put ' ~ file ~ ' into the seeds folder of the project'
    ) }}
{%- endmacro -%}

{%- macro duckdb__chosen_seed_rows(file) -%}
    delete from {{ this }};
    insert into {{ this }} by name
    select *
    from read_csv(
        '{{ file.replace("'", "''") }}', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true
    )
{%- endmacro -%}
