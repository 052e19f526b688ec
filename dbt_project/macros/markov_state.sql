{#- A state of Markov's chain: the channel entered; at order 2 with the channel before it, of which 0 is none. -#}
{%- macro markov_state(channel_no, previous_no) -%}
    {%- if var('markov_order') == 2 %}coalesce({{ previous_no }}, 0) * 1000000 + {% endif -%}
    coalesce({{ channel_no }}, 0)
{%- endmacro -%}
