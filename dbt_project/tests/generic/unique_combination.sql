{#- Fails if two rows share the values of the columns; a NULL equals a NULL. -#}
{%- test unique_combination(model, columns) -%}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{%- endtest -%}
