{#- An address as one person has it: trimmed, lower case, an empty one absent. -#}
{%- macro normalised_email(email) -%}
    nullif(lower(trim({{ email }})), '')
{%- endmacro -%}
