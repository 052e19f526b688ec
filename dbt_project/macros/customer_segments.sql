{#- What customers are split by, numbered, as a relation: traits that a customer had first and keeps. -#}
{%- macro customer_segment_names() -%}
    {%- for name in ['all', 'segment', 'plan', 'acquisition_channel', 'country'] -%}
        select {{ loop.index }} as segment_no, '{{ name }}' as segment_name{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{#- The value of `names`' segment_name in a row that holds one column per name. -#}
{%- macro customer_segment_value(row, names) -%}
    case {{ names }}.segment_name
        when 'all' then 'all'
        when 'segment' then coalesce({{ row }}.segment, 'unknown')
        when 'plan' then coalesce({{ row }}.plan, 'unknown')
        when 'acquisition_channel' then coalesce({{ row }}.acquisition_channel, 'unknown')
        when 'country' then coalesce({{ row }}.country, 'unknown')
    end
{%- endmacro -%}
