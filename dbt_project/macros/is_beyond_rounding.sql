{#- Whether a sum of shares is off by more than their rounding adds up to: a millionth, of more than a thousand a billionth of them. -#}
{%- macro is_beyond_rounding(difference, of) -%}
    abs({{ difference }}) > 0.000000001 * greatest(1000, {{ of }})
{%- endmacro -%}
