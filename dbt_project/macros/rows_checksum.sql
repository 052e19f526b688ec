{#- What tells rows of numbers from others, whatever their order, the same as estimators/checksums.py computes: each row's
    columns, in millionths, are the digits of a number modulo 2^31 - 1, whose squares are added up. -#}
{%- macro rows_checksum(columns) -%}
    {%- set digits = namespace(sum='cast(0 as bigint)') -%}
    {%- for column in columns -%}
        {%- set whole = "floor(abs(coalesce(cast(" ~ column ~ " as double), cast(2147.483646 as double))) * cast(1000000 as double))" -%}
        {%- set folded = "cast(" ~ whole ~ " - cast(2147483647 as double) * floor(" ~ whole ~ " / cast(2147483647 as double)) as bigint)" -%}
        {%- set digits.sum = "mod(" ~ digits.sum ~ " * 1000003 + " ~ folded ~ ", 2147483647)" -%}
    {%- endfor -%}
    cast(sum(mod({{ digits.sum }} * {{ digits.sum }}, 2147483647)) as bigint)
{%- endmacro -%}
