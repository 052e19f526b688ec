{#- Median of the non-NULL values of a group, the mean of the middle two where their number is even. -#}
{%- macro median(expression) -%}
    percentile_cont(0.5) within group (order by cast({{ expression }} as double))
{%- endmacro -%}
