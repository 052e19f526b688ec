{#- What funnels are split by: the contract's segment names, as a relation. -#}
{%- macro funnel_segment_names() -%}
    {%- for name in ['all', 'segment', 'lead_source', 'acquisition_channel', 'country', 'industry', 'size_band'] -%}
        select '{{ name }}' as segment_name{{ ' union all ' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}

{#- The value of `names`' segment_name in a row that holds one column per name. -#}
{%- macro funnel_segment_value(row, names) -%}
    case {{ names }}.segment_name
        when 'all' then 'all'
        when 'segment' then {{ row }}.segment
        when 'lead_source' then {{ row }}.lead_source
        when 'acquisition_channel' then {{ row }}.acquisition_channel
        when 'country' then {{ row }}.country
        when 'industry' then {{ row }}.industry
        when 'size_band' then {{ row }}.size_band
    end
{%- endmacro -%}
