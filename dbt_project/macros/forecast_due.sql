{#- Where the expected close date of an open deal lies, seen from a month that is forecast. -#}
{%- macro forecast_due(due_month, is_overdue, period_month) -%}
    case
        when {{ due_month }} is null then 'undated'
        when {{ is_overdue }} then 'overdue'
        when {{ due_month }} = {{ period_month }} then 'in the month'
        else 'in another month'
    end
{%- endmacro -%}
