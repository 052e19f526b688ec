{#- The rows of a relation that a rule of the seed exclusions names, as `select object, source_system, record_id, rule_no`:
    each once, under the first such rule. `fields` are the fields that a rule may name, each a column of the relation or,
    where it is called otherwise there, [field, column]. -#}
{%- macro excluded_records(object, relation, record_id, fields, source_system='rows.source_system', condition=none) -%}
    {%- set columns = {} -%}
    {%- for field in fields -%}
        {%- if field is string -%}{%- do columns.update({field: 'rows.' ~ field}) -%}
        {%- else -%}{%- do columns.update({field[0]: 'rows.' ~ field[1]}) -%}{%- endif -%}
    {%- endfor -%}
    select
        '{{ object }}' as object,
        {{ source_system }} as source_system,
        rows.{{ record_id }} as record_id,
        min(rules.rule_no) as rule_no
    from {{ relation }} as rows
    inner join {{ ref('canonical_exclusion_rules') }} as rules
        on rules.object = '{{ object }}'
        and {{ regex_matches(field_of_rule(columns), dbt.concat(["'(?i)'", 'rules.pattern'])) }}
    where (
        {%- for field, column in columns.items() %}
        {{ 'or ' if not loop.first }}{{ may_be_excluded(column, object ~ '.' ~ field) }}
        {%- endfor %}
    )
    {{ 'and ' ~ condition if condition }}
    group by {{ source_system }}, rows.{{ record_id }}
{%- endmacro -%}

{#- The value that a rule looks at. -#}
{%- macro field_of_rule(columns) -%}
    case rules.field
        {%- for field, column in columns.items() %}
        when '{{ field }}' then cast({{ column }} as {{ dbt.type_string() }})
        {%- endfor %}
    end
{%- endmacro -%}

{#- Whether any rule on this field may match; true where nothing is remembered, so that each rule decides alone. DuckDB
    compiles an expression that comes from a row anew for each row (27 us) and a constant one once; a field without a
    rule is false before the query starts, so that rows nobody excludes are not even read. -#}
{%- macro may_be_excluded(value, field) -%}
    {{ return(adapter.dispatch('may_be_excluded')(value, field)) }}
{%- endmacro -%}

{%- macro default__may_be_excluded(value, field) -%}
    true
{%- endmacro -%}

{%- macro duckdb__may_be_excluded(value, field) -%}
    case
        when getvariable('exclusion_patterns') is null then true
        else coalesce(
            regexp_matches(
                cast({{ value }} as varchar), '(?i)' || getvariable('exclusion_patterns')['{{ field }}']
            ),
            false
        )
    end
{%- endmacro -%}

{#- What may_be_excluded reads, for the time in which a model is built: all patterns of each object's field as one. -#}
{%- macro remember_exclusions() -%}
    {{ return(adapter.dispatch('remember_exclusions')()) }}
{%- endmacro -%}

{%- macro default__remember_exclusions() -%}{%- endmacro -%}

{%- macro duckdb__remember_exclusions() -%}
    set variable exclusion_patterns = (
        select coalesce(map(list(field order by field), list(pattern order by field)), map([]::varchar[], []::varchar[]))
        from (
            select object || '.' || field as field, string_agg('(?:' || pattern || ')', '|') as pattern
            from {{ ref('canonical_exclusion_rules') }}
            group by object, field
        )
    )
{%- endmacro -%}

{%- macro forget_exclusions() -%}
    {{ return(adapter.dispatch('forget_exclusions')()) }}
{%- endmacro -%}

{%- macro default__forget_exclusions() -%}{%- endmacro -%}

{%- macro duckdb__forget_exclusions() -%}
    reset variable exclusion_patterns
{%- endmacro -%}
