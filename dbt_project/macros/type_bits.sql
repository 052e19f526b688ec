{#- A set of conversion types as one whole number: each type_no (from 1, up to 53, where doubles still tell them apart) is a bit. -#}
{%- macro type_bit(type_no) -%}
    cast(power(2, {{ type_no }} - 1) as bigint)
{%- endmacro -%}

{%- macro holds_type(types, type_no) -%}
    mod(cast(floor({{ types }} / power(2, {{ type_no }} - 1)) as bigint), 2) = 1
{%- endmacro -%}
