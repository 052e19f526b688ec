{#- The channels of a group in order, joined by ' > '. A '>' in a channel's own name is doubled, so that two paths are never one. -#}
{%- macro joined_channels(channel, touch_no) -%}
    {{ return(adapter.dispatch('joined_channels')(channel, touch_no)) }}
{%- endmacro -%}

{%- macro default__joined_channels(channel, touch_no) -%}
    {{ dbt.listagg("replace(" ~ channel ~ ", '>', '>>')", "' > '", "order by " ~ touch_no) }}
{%- endmacro -%}

{#- An aggregate with an order sets kilobytes aside for each group, which a million groups don't have; a list sorted afterwards doesn't. -#}
{%- macro duckdb__joined_channels(channel, touch_no) -%}
    array_to_string(
        list_transform(
            list_sort(list(struct_pack(touch_no := {{ touch_no }}, channel := replace({{ channel }}, '>', '>>')))),
            lambda touch: touch.channel
        ),
        ' > '
    )
{%- endmacro -%}
