{#- The channels of a group in order, joined by ' > '. A '>' in a channel's own name is doubled, so that two paths are never one. -#}
{%- macro joined_channels(channel, touch_no) -%}
    {{ dbt.listagg("replace(" ~ channel ~ ", '>', '>>')", "' > '", "order by " ~ touch_no) }}
{%- endmacro -%}
