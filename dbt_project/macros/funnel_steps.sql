{#- The most steps that a funnel may have; the attempts carry one moment a step. -#}
{%- macro most_funnel_steps() -%}
    {{ return(10) }}
{%- endmacro -%}

{#- Whether a moment lies within a window of seconds from another, its end included; without a window it does. -#}
{%- macro within_window(moment, window_seconds, from_moment) -%}
    coalesce({{ moment }} <= {{ dbt.dateadd('second', window_seconds, from_moment) }}, true)
{%- endmacro -%}

{#- When an attempt had reached so many steps, whatever their order. -#}
{%- macro funnel_depth_reached_at(row, step_no) -%}
    {%- if step_no == 1 -%}
        {{ row }}.entered_1
    {%- else -%}
        greatest({% for earlier in range(1, step_no + 1) %}{{ row }}.entered_{{ earlier }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endif -%}
{%- endmacro -%}

{#- Whether an attempt is its person's best: the deepest, of equally deep ones the earliest. -#}
{%- macro is_best_funnel_attempt() -%}
    row_number() over (
        partition by person_no, funnel
        order by depth desc nulls last, attempt_no asc nulls last
    ) = 1
{%- endmacro -%}
