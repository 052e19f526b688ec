{#- md5 of the parts as text. A NULL part and an empty one differ, and a delimiter inside a part can't
    make two different lists equal: it is escaped. -#}
{%- macro surrogate_key(parts) -%}
    {%- set escaped = [] -%}
    {%- for part in parts -%}
        {%- do escaped.append(
            "coalesce(replace(replace(cast(" ~ part ~ " as " ~ dbt.type_string() ~ "), '~', '~0'), '|', '~1'), '~2')"
        ) -%}
        {%- if not loop.last -%}{%- do escaped.append("'|'") -%}{%- endif -%}
    {%- endfor -%}
    md5({{ dbt.concat(escaped) }})
{%- endmacro -%}
