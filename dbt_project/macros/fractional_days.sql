{#- Days between two timestamps as a fraction: seconds / 86400. -#}
{%- macro fractional_days(started_at, ended_at) -%}
    (cast({{ dbt.datediff(started_at, ended_at, 'microsecond') }} as double) / 86400000000)
{%- endmacro -%}
