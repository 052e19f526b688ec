{#- What is made per conversion is kept between runs and built anew where the conversion's fingerprint has changed. Before such a
    model is built, its rows of conversions that are gone or changed are deleted; it then builds every conversion that it has
    no rows of. A relation none of whose rows may stay is made anew without rows, with the columns that the model has today:
    DuckDB can't alter a table and fill it in one transaction after rows were deleted from it. -#}
{%- macro forget_changed_conversions() -%}
    {%- set fingerprints = ref('int_attribution__fingerprints') -%}
    {%- if keeps_conversions() -%}
        {%- set is_current -%}
            exists (
                select 1
                from {{ fingerprints }} as fingerprints
                where kept.conversion_key = fingerprints.conversion_key
                    and kept.fingerprint = fingerprints.fingerprint
            )
        {%- endset -%}
        {%- set has_fingerprints = 'fingerprint' in (adapter.get_columns_in_relation(this) | map(attribute='name') | list) -%}
        {%- if has_fingerprints and run_query('select 1 from ' ~ this ~ ' as kept where ' ~ is_current ~ ' limit 1').rows -%}
            delete from {{ this }} as kept where not {{ is_current }}
        {%- else -%}
            {%- set anew = make_intermediate_relation(this) -%}
            create table {{ anew }} as select * from ({{ sql }}) as rows_of_today where false;
            drop table {{ this }};
            alter table {{ anew }} rename to {{ this.identifier }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- Whether the model has rows of an earlier run; a unit test has no relation. -#}
{%- macro keeps_conversions() -%}
    {{ return(this is not none and is_incremental()) }}
{%- endmacro -%}

{#- The rows of a relation whose conversions are to be built: all, or those that this model has no rows of. -#}
{%- macro of_conversions_to_build(relation) -%}
    select rows_of_all.*
    from {{ relation }} as rows_of_all
    {%- if keeps_conversions() %}
    left join (select distinct conversion_key from {{ this }}) as kept
        on rows_of_all.conversion_key = kept.conversion_key
    where kept.conversion_key is null
    {%- endif %}
{%- endmacro -%}

{#- The SQL of attribution as one text, so that what was made by other SQL is built anew: the checksums of the group's models, and
    what the macro writes that isn't part of them. -#}
{%- macro attribution_sql_checksum() -%}
    {%- set texts = [fractional_days('a', 'b')] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name.startswith('int_attribution__') -%}
            {%- do texts.append(node.name ~ node.checksum.checksum) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(local_md5(texts | sort | join(' '))) }}
{%- endmacro -%}
