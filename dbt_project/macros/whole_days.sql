{#- A number of days in words, rounded down: '1 day', '41 days'. -#}
{%- macro whole_days(days) -%}
    {{ dbt.concat([
        "cast(cast(floor(" ~ days ~ ") as bigint) as " ~ dbt.type_string() ~ ")",
        "case when floor(" ~ days ~ ") = 1 then ' day' else ' days' end"
    ]) }}
{%- endmacro -%}
