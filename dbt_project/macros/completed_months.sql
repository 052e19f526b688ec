{#- How many calendar months are over between two days: the largest number that, added to the first, doesn't exceed the second.
    A month added to the 31st ends with the month, so that from 31 January to 28 February one is over. -#}
{%- macro completed_months(start_day, end_day) -%}
    {%- set months = dbt.datediff(start_day, end_day, 'month') -%}
    {{ months }} - case when {{ dbt.dateadd('month', months, start_day) }} > {{ end_day }} then 1 else 0 end
{%- endmacro -%}
