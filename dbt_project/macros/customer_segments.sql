{#- What customers are split by, numbered, as a relation: traits that a customer had first and keeps; `more` names further ones. -#}
{%- macro customer_segment_names(more=[]) -%}
    {%- for name in ['all', 'segment', 'plan', 'acquisition_channel', 'country'] + more -%}
        select {{ loop.index }} as segment_no, '{{ name }}' as segment_name{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{#- The value of `names`' segment_name in a row that holds one column per name. -#}
{%- macro customer_segment_value(row, names, more=[]) -%}
    case {{ names }}.segment_name
        when 'all' then 'all'
{%- for name in ['segment', 'plan', 'acquisition_channel', 'country'] + more %}
        when '{{ name }}' then coalesce({{ row }}.{{ name }}, 'unknown')
{%- endfor %}
    end
{%- endmacro -%}
