{#- Rows that are scored by what followed: their flags as numbers, and their signals as the columns of a matrix. Categories are
    numbered here, so that no name reaches the estimator; which number a name has means nothing to it. -#}
{%- macro scored_columns(signals, outcome, features='features') -%}
    {%- for flag in ['is_current', 'is_training', 'is_evaluation', outcome] %}
        case when {{ features }}.{{ flag }} then 1 else 0 end as {{ flag }},
    {%- endfor %}
    {%- for signal, (kind, words) in signals.items() %}
        {% if kind == 'category' -%}
        dense_rank() over (order by {{ features }}.{{ signal }} asc nulls last) as {{ signal }}_code
        {%- else -%}
        cast({{ features }}.{{ signal }} as double) as {{ signal }}
        {%- endif %}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}

{#- The three strongest signals of a score in words; `scores` holds their numbers, negative where they lower it. -#}
{%- macro score_reasons(scores) -%}
    {%- for reason in ['reason_1', 'reason_2', 'reason_3'] %}
        {{ dbt.concat([
            "case when " ~ scores ~ "." ~ reason ~ " > 0 then 'raised by ' else 'lowered by ' end",
            reason ~ '.words', "': '", reason ~ '.signal_text',
        ]) }} as {{ reason }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}

{#- The joins that score_reasons needs: by the columns that tell a row, and the signal's number. -#}
{%- macro score_reason_joins(scores, signals, keys) -%}
    {%- for reason in ['reason_1', 'reason_2', 'reason_3'] %}
    left join {{ signals }} as {{ reason }}
        on {% for key in keys %}{{ scores }}.{{ key }} = {{ reason }}.{{ key }}
        and {% endfor %}abs({{ scores }}.{{ reason }}) = {{ reason }}.signal_no
    {%- endfor %}
{%- endmacro -%}
